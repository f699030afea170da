// The memory of c-ares. It allocates 5 (1.18) to 80 (1.34) blocks a query, which costs a tenth of a
// lookup's CPU time and more: so freed blocks are kept for the next query.
//
// Threads: any. Each thread keeps the blocks that it freed, whichever thread allocated them, and
// gives them back when it ends. Bounded: limits::kCaresKeptBytesMax a thread.
#pragma once

namespace mxbulk::net {

// Call before c-ares is used for anything else; later calls do nothing. Under AddressSanitizer and
// ThreadSanitizer c-ares stays with malloc(3), so that they see its blocks. False: out of memory.
[[nodiscard]] bool use_cares_memory();

}  // namespace mxbulk::net
