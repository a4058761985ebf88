//! The whole program from outside: one binary, a module for each concern.
