#include <iostream>

#include "../memory.h"
#include "command.h"
#include "secret/process.h"

// No core dump of a process that may hold weights, inputs or masks; a system that refuses this still proves.
int main(int argc, char** argv) {
  tacit::prepare_memory();
  (void)tacit::harden_process();
  return tacit::cli::tacit_main(argc, argv, std::cout, std::cerr);
}
