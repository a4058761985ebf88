//! Tests of the tables. The expected rows are written a second time, from the policy page. Broken tables must be found.

mod cells;
mod flaws;
mod pages;
mod rows;
