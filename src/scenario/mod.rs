//! A TOML file becomes checked plain data.

mod model;

pub use model::*;
