//! Bodies, tables, catalog files and values.
#![no_main]

#[global_allocator]
static ALLOCATOR: cap::Cap<std::alloc::System> = cap::Cap::new(std::alloc::System, chancery_fuzz::MOST_MEMORY);

libfuzzer_sys::fuzz_target!(|data: &[u8]| chancery_fuzz::tables::run(data));
