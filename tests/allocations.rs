//! The loop allocates nothing once warm: counted, not believed.
#![allow(unsafe_code, reason = "an allocator that counts is one that is called")]

use shipback::engine::time::{Instant, Span};
use shipback::scenario::Scenario;
use shipback::world::World;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, and how often this thread has asked it.
struct Counting;

// SAFETY: everything is handed on as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Twenty years of W3 at a fifth of its load: every buffer has met its greatest length. In the next two years some
/// 180,000 events happen, and nobody asks for memory.
#[test]
fn a_warm_house_asks_for_no_memory() {
    let text = include_str!("../scenarios/bench/w3.toml");
    let sets = ["demand.jobs.limit=1000000", "demand.jobs.rate=\"10/day\"", "run.horizon=\"9000d\""];
    let scenario = Scenario::parse(text, &sets.map(String::from)).expect("W3").scenario;
    let mut world = World::new(&scenario, 1, 0, ());
    world.advance(Instant::START + Span::days(7300));
    let (events, allocations) = (world.events(), ALLOCATIONS.get());
    assert!(allocations > 100, "the counter counts");
    world.advance(Instant::START + Span::days(8030));
    let (happened, asked) = (world.events() - events, ALLOCATIONS.get() - allocations);
    assert!(happened > 150_000, "{happened} events");
    assert_eq!(asked, 0, "{asked} times in {happened} events");
}
