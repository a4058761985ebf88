//! Arguments in, exit code out.

fn main() -> std::process::ExitCode {
    shipback::cli::main(std::env::args_os())
}
