#include <iostream>

#include "command.h"

int main(int argc, char** argv) { return tacit::cli::tacit_main(argc, argv, std::cout, std::cerr); }
