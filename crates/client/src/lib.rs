//! The SDK that a licensed product embeds.
