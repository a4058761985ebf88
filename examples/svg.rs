fn main() {
    print!(
        "{}",
        shipback::policy::draw(&shipback::policy::Timings::DOCUMENTED, shipback::policy::Format::Svg)
    );
}
