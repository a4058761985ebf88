//! What the tables must say, written down a second time from the policy page; and what must be found in a broken one.

mod cells;
mod flaws;
mod pages;
mod rows;
