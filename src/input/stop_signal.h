// Ends a wait for a pipe from another thread.
//
// Threads: set() may be called by any thread, at any time. Ownership: owns its descriptor.
#pragma once

namespace mxbulk::input {

class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void set() const;
  // Waits until `descriptor` can be read or has ended. False: the signal was set.
  [[nodiscard]] bool wait_readable(int descriptor) const;

 private:
  int event_;  // eventfd(2); -1 where the system gave none, and then nothing ends a wait
};

}  // namespace mxbulk::input
