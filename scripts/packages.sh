# The Debian 12 packages that Tacit needs, by purpose. Sourced by the other scripts.
build_packages=(g++ cmake ninja-build pkg-config libcli11-dev nlohmann-json3-dev libtbb-dev zlib1g-dev libonnx-dev
  libprotobuf-dev protobuf-compiler libssl-dev)
test_packages=(libgtest-dev python3 python3-numpy binutils openssl)
full_test_packages=(python3-onnx clang-16 libclang-rt-16-dev time)
