//! HTTP: management and licensing APIs, TLS, jobs.
