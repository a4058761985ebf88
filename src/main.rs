//! Passes the arguments to the library and exits with its exit code.

fn main() -> std::process::ExitCode {
    shipback::cli::main(std::env::args_os())
}
