// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import "./Field.sol";
import "./Transcript.sol";
import "./Points.sol";

// The messages of the argument between statement and opening (protocol 8.2, 8.4, 8.5), and what the ledger (8.6) takes of them.
//
// First all messages are read and all challenges drawn (`readArgument`), then the arithmetic follows. Element k of `messages`
// is the element of the proof that pad k masks (7.3): pads are numbered in the order of reads and products, and the slots of
// products stay zero. The layers of the fraction tree have their points one after another in `points`:
//
//     layer 0: (mu_0) | layer 1: (mu_1, c_1) | layer 2: (mu_2, c_1, c_2) | ...        layer l begins at word l (l + 1) / 2
//
// Without masks every check is made at once, forwards. With masks a check is a linear form in pads which the ledger takes with
// a power of gamma; since all is linear, one backward pass gives the coefficient of every pad in the ledger's sum, and the sum's
// known part is then their inner product with the messages, less what products count twice.

/// A check of protocol 8.2 or 8.4 fails; only without masks.
error FractionSum();
error ContractionSum();

bytes32 constant LABEL_FRACTION_ENDS = "\x0dfraction ends";
bytes32 constant LABEL_FRACTION_MU = "\x0bfraction mu";
bytes32 constant LABEL_FRACTION_LAMBDA = "\x0ffraction lambda";
bytes32 constant LABEL_FRACTION_ROUND = "\x0efraction round";
bytes32 constant LABEL_CONTRACTION_SUM = "\x0fcontraction sum";
bytes32 constant LABEL_PRODUCTS_ROUND = "\x0eproducts round";
bytes32 constant LABEL_PRODUCTS_ENDS = "\x0dproducts ends";
bytes32 constant LABEL_PAD_CHECK_POINT = "\x0fpad check point";
bytes32 constant LABEL_PAD_CHECK_ROUND = "\x0fpad check round";
bytes32 constant LABEL_PAD_CHECK_ENDS = "\x0epad check ends";

struct Argument {
    bool masked;
    uint256 logRows;
    uint256 rounds; // of the contractions
    uint256 instances;
    uint256 sizes; // address of one word n_l for each instance
    uint256 pads; // number of pads, counted also without masks
    uint256 messages; // regions
    uint256 coefficients; // of the pads in the ledger
    uint256 points;
    uint256 inverses; // of `points`, then of tau
    uint256 lambdas;
    uint256 productsPoint;
    uint256 padPoint; // the challenges of the pad check
    uint256 padRounds;
    uint256 cursor; // next pad
    Fe padP;
    Fe padQ;
}

/// `words` words of memory, not zeroed.
function allocate(uint256 words) pure returns (uint256 to) {
    assembly ("memory-safe") {
        to := mload(0x40)
        mstore(0x40, add(to, shl(5, words)))
    }
}

/// `words` words of zeros.
function allocateZero(uint256 words) pure returns (uint256 to) {
    to = allocate(words);
    assembly ("memory-safe") {
        calldatacopy(to, calldatasize(), shl(5, words))
    }
}

function layer(uint256 points, uint256 l) pure returns (uint256) {
    unchecked {
        return points + 16 * l * (l + 1);
    }
}

/// Allocates the regions; logRows, rounds, instances, pads and masked are set.
function prepare(Argument memory a) pure {
    uint256 triangle = a.logRows * (a.logRows + 1) / 2;
    a.messages = allocateZero(a.pads);
    a.coefficients = allocateZero(a.pads);
    a.points = allocate(triangle + 32); // tau stands behind the points
    a.inverses = allocate(triangle + 32);
    a.lambdas = allocate(a.logRows);
    a.productsPoint = allocate(a.rounds);
    uint256 products = 2 * a.logRows + a.instances + 1;
    while ((1 << a.padRounds) < products) a.padRounds += 1;
    a.padPoint = allocate(a.padRounds);
}

/// The next message of `count` elements goes to `messages`.
function readElements(Argument memory a, Transcript memory t, bytes32 label, uint256 count) pure {
    uint256 offset = read(t, label, 24 * count);
    uint256 to = a.messages + 32 * a.cursor;
    unchecked {
        a.cursor += count;
        for (; count != 0; --count) {
            storeFe(to, 0, elementAt(offset, 0));
            to += 32;
            offset += 24;
        }
    }
}

/// Reads and draws everything of 8.2.
function readFractions(Argument memory a, Transcript memory t) pure {
    unchecked {
        for (uint256 l = 0; l < a.logRows; ++l) {
            uint256 point = layer(a.points, l);
            if (l != 0) {
                storeFe(a.lambdas, l, draw(t, LABEL_FRACTION_LAMBDA));
                for (uint256 j = 1; j <= l; ++j) {
                    readElements(a, t, LABEL_FRACTION_ROUND, 2);
                    storeFe(point, j, draw(t, LABEL_FRACTION_ROUND));
                }
            }
            readElements(a, t, LABEL_FRACTION_ENDS, 4);
            a.cursor += 2;
            storeFe(point, 0, draw(t, LABEL_FRACTION_MU));
        }
    }
}

/// Reads and draws everything of 8.4.
function readContractions(Argument memory a, Transcript memory t) pure {
    readElements(a, t, LABEL_CONTRACTION_SUM, 1);
    if (a.instances == 0) return;
    for (uint256 j = 0; j < a.rounds; ++j) {
        readElements(a, t, LABEL_PRODUCTS_ROUND, 2);
        storeFe(a.productsPoint, j, draw(t, LABEL_PRODUCTS_ROUND));
    }
    readElements(a, t, LABEL_PRODUCTS_ENDS, 2 * a.instances);
    a.cursor += a.instances;
}

/// Reads and draws everything of 8.5.
function readPadCheck(Argument memory a, Transcript memory t) pure {
    a.cursor += 3;
    uint256 tau = layer(a.points, a.logRows);
    for (uint256 j = 0; j < a.padRounds; ++j) {
        storeFe(tau, j, draw(t, LABEL_PAD_CHECK_POINT));
    }
    for (uint256 j = 0; j < a.padRounds; ++j) {
        readElements(a, t, LABEL_PAD_CHECK_ROUND, 2);
        storeFe(a.padPoint, j, draw(t, LABEL_PAD_CHECK_ROUND));
    }
    uint256 offset = read(t, LABEL_PAD_CHECK_ENDS, 48);
    a.padP = elementAt(offset, 0);
    a.padQ = elementAt(offset, 1);
}

/// The inverses of all coordinates that a verifier divides by: the points of all layers but the last, and tau.
function invertPoints(Argument memory a) pure {
    unchecked {
        uint256 inner = a.logRows * (a.logRows - 1) / 2;
        uint256 outer = inner + a.logRows;
        uint256 end = a.masked ? outer + a.padRounds : inner;
        Fe product = ONE;
        for (uint256 i = 0; i < end; ++i) {
            if (i >= inner && i < outer) continue;
            storeFe(a.inverses, i, product);
            product = product * loadFe(a.points, i);
        }
        if (Fe.unwrap(product) == 0) revert ZeroCoordinate();
        product = inverse(product);
        for (uint256 i = end; i != 0;) {
            --i;
            if (i >= inner && i < outer) continue;
            storeFe(a.inverses, i, loadFe(a.inverses, i) * product);
            product = product * loadFe(a.points, i);
        }
    }
}

/// One eq round forwards (8.2, 8.5): h0 + (claim - h0) c / at + h2 (c^2 - c).
function eqRound(Fe claim, Fe h0, Fe h2, Fe c, Fe inverseAt) pure returns (Fe) {
    return reduce(h0 + minus(claim, h0) * (c * inverseAt) + h2 * minus(c * c, c));
}

/// 8.2 without masks: every layer's check; the claims p and q on the leaves.
function checkFractions(Argument memory a) pure returns (Fe p, Fe q) {
    uint256 from = a.messages;
    Fe claim = ZERO;
    for (uint256 l = 0; l < a.logRows; ++l) {
        uint256 point = layer(a.points, l);
        Fe lambda = ZERO;
        if (l != 0) {
            lambda = loadFe(a.lambdas, l);
            claim = reduce(p + lambda * q);
            uint256 inverses = layer(a.inverses, l - 1);
            for (uint256 j = 0; j < l; ++j) {
                claim = eqRound(claim, loadFe(from, 0), loadFe(from, 1), loadFe(point, j + 1), loadFe(inverses, j));
                from += 64;
            }
        }
        (Fe u, Fe p1, Fe q0, Fe q1) = (loadFe(from, 0), loadFe(from, 1), loadFe(from, 2), loadFe(from, 3));
        from += 192;
        if (!same(claim, q1 * u + p1 * q0)) revert FractionSum();
        Fe mu = loadFe(point, 0);
        u = reduce(u - lambda * q0);
        p = reduce(u + minus(p1, u) * mu);
        q = reduce(q0 + minus(q1, q0) * mu);
    }
}

/// 8.4 without masks.
function checkContractions(Argument memory a, uint256 first) pure {
    uint256 from = a.messages + 32 * first;
    Fe left = loadFe(from, 0);
    from += 32;
    if (a.instances != 0) {
        for (uint256 j = 0; j < a.rounds; ++j) {
            left = reduce(quadraticStep(left, loadFe(from, 0), loadFe(from, 1), loadFe(a.productsPoint, j)));
            from += 64;
        }
        for (uint256 l = 0; l < a.instances; ++l) {
            Fe product = loadFe(from, 0) * loadFe(from, 1);
            left = left - scale(product, halfPower(a.rounds - Fe.unwrap(loadFe(a.sizes, l))));
            from += 64;
        }
    }
    if (!isZero(left)) revert ContractionSum();
}

/// Adds v to the coefficient of pad k.
function addTo(Argument memory a, uint256 k, Fe v) pure {
    uint256 to = a.coefficients + 32 * k;
    storeFe(to, 0, loadFe(to, 0) + v);
}

/// A product(x, y) that the ledger takes with coefficient h (7.3): x' y' + x' y_pad + y' x_pad + s. What the inner product of
/// coefficients and messages counts too often is returned.
function takeProduct(Argument memory a, uint256 x, uint256 y, uint256 s, Fe h) pure returns (Fe twice) {
    Fe left = loadFe(a.messages, x);
    Fe hRight = h * loadFe(a.messages, y);
    addTo(a, x, hRight);
    addTo(a, y, h * left);
    storeFe(a.coefficients, s, h);
    return hRight * left;
}

/// Coefficients of the two messages of an eq round whose result has weight w; the weight of the claim before it.
function takeEqRound(Argument memory a, uint256 k, Fe w, Fe c, Fe inverseAt) pure returns (Fe) {
    Fe before = w * (c * inverseAt);
    storeFe(a.coefficients, k, reduce(minus(w, before)));
    storeFe(a.coefficients, k + 1, w * minus(c * c, c));
    return before;
}

/// 8.2 with masks: coefficients of its pads for leaf claims taken with weights wp and wq, layer l's check with -powers[l].
/// Returns what products count too often, and the cursor behind the pads of 8.2.
function takeFractions(Argument memory a, Fe wp, Fe wq, uint256 powers) pure returns (Fe twice, uint256 behind) {
    unchecked {
        uint256 next = a.logRows * (a.logRows + 5); // 6 each, and 2 l rounds
        behind = next;
        for (uint256 l = a.logRows; l != 0;) {
            --l;
            next -= 6;
            uint256 point = layer(a.points, l);
            Fe mu = loadFe(point, 0);
            Fe h = loadFe(powers, l);
            Fe pMu = wp * mu;
            Fe qMu = wq * mu;
            Fe p0 = reduce(minus(wp, pMu));
            storeFe(a.coefficients, next, p0);
            storeFe(a.coefficients, next + 1, pMu);
            Fe q0 = minus(wq, qMu);
            if (l != 0) q0 = minus(q0, loadFe(a.lambdas, l) * p0);
            storeFe(a.coefficients, next + 2, q0);
            storeFe(a.coefficients, next + 3, qMu);
            twice = twice + takeProduct(a, next + 3, next, next + 4, h) + takeProduct(a, next + 1, next + 2, next + 5, h);
            if (l == 0) break;
            Fe w = reduce(ZERO - h);
            uint256 inverses = layer(a.inverses, l - 1);
            for (uint256 j = l; j != 0; --j) {
                next -= 2;
                w = takeEqRound(a, next, w, loadFe(point, j), loadFe(inverses, j - 1));
            }
            wp = w;
            wq = w * loadFe(a.lambdas, l);
        }
    }
}

/// 8.4 with masks: the sum has weight -gamma2 of claim 2, ends l have powers[2 l] and powers[2 l + 1], the check has -h.
function takeContractions(Argument memory a, uint256 first, Fe gamma2, uint256 powers, Fe h)
    pure
    returns (Fe twice, uint256 behind)
{
    Fe w = reduce(ZERO - h);
    behind = first + 1;
    if (a.instances != 0) {
        uint256 ends = first + 1 + 2 * a.rounds;
        behind = ends + 3 * a.instances;
        for (uint256 l = 0; l < a.instances; ++l) {
            uint256 k = ends + 2 * l;
            storeFe(a.coefficients, k, loadFe(powers, 2 * l));
            storeFe(a.coefficients, k + 1, loadFe(powers, 2 * l + 1));
            Fe scaled = scale(h, halfPower(a.rounds - Fe.unwrap(loadFe(a.sizes, l))));
            twice = twice + takeProduct(a, k, k + 1, ends + 2 * a.instances + l, scaled);
        }
        for (uint256 j = a.rounds; j != 0;) {
            --j;
            Fe r = loadFe(a.productsPoint, j);
            uint256 k = first + 1 + 2 * j;
            Fe wr = w * r;
            storeFe(a.coefficients, k, reduce(minus(minus(w, wr), wr)));
            storeFe(a.coefficients, k + 1, reduce(minus(wr * r, wr)));
            w = wr;
        }
    }
    storeFe(a.coefficients, first, reduce(w - gamma2));
}

/// sum_k coefficients[k] messages[k].
function knownPart(Argument memory a) pure returns (Fe sum) {
    unchecked {
        for (uint256 k = 0; k < a.pads; ++k) {
            Fe message = loadFe(a.messages, k);
            if (Fe.unwrap(message) != 0) sum = sum + loadFe(a.coefficients, k) * message;
        }
    }
    sum = reduce(sum);
}

/// The rounds of 8.5, whose claim the ledger takes with weight w.
function takePadRounds(Argument memory a, uint256 first, Fe w) pure {
    uint256 inverses = layer(a.inverses, a.logRows);
    for (uint256 j = a.padRounds; j != 0;) {
        --j;
        w = takeEqRound(a, first + 2 * j, w, loadFe(a.padPoint, j), loadFe(inverses, j));
    }
}

/// The forms in pads of 8.5: sum_k eq(c, k) (w1 a_k + w2 b_k + w3 s_k) over the products (a_k, b_k, s_k) in order.
function takePadForms(Argument memory a, uint256 contractions, uint256 random, Fe w1, Fe w2, Fe w3) pure {
    uint256 eq = allocate(1 << a.padRounds);
    eqTable(a.padPoint, a.padRounds, eq);
    uint256 next = 0;
    for (uint256 l = 0; l < a.logRows; ++l) {
        next += 2 * l;
        takePadForm(a, loadFe(eq, 0), next + 3, next, next + 4, w1, w2, w3);
        takePadForm(a, loadFe(eq, 1), next + 1, next + 2, next + 5, w1, w2, w3);
        eq += 64;
        next += 6;
    }
    uint256 ends = contractions + 1 + 2 * a.rounds;
    for (uint256 l = 0; l < a.instances; ++l) {
        takePadForm(a, loadFe(eq, l), ends + 2 * l, ends + 2 * l + 1, ends + 2 * a.instances + l, w1, w2, w3);
    }
    takePadForm(a, loadFe(eq, a.instances), random, random + 1, random + 2, w1, w2, w3);
}

function takePadForm(Argument memory a, Fe e, uint256 x, uint256 y, uint256 s, Fe w1, Fe w2, Fe w3) pure {
    addTo(a, x, e * w1);
    addTo(a, y, e * w2);
    addTo(a, s, e * w3);
}
