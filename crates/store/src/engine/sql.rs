//! One SQL text for both engines: the check that keeps its parameters alike.

/// Checks that a statement's parameters `$1`, `$2`, … first occur in ascending order.
///
/// PostgreSQL takes `$n` as the n-th parameter; SQLite takes it as a name, numbered by first occurrence. In this order
/// they agree. Debug builds check every statement that is run.
///
/// # Errors
/// What is wrong, in a sentence.
pub fn check_statement(sql: &str) -> Result<(), String> {
    let mut known = 0_u32;
    // Texts in quotes are every second piece; none of them holds a parameter.
    for piece in sql.split('\'').step_by(2) {
        for after in piece.split('$').skip(1) {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            let number: u32 = after[..digits].parse().map_err(|_| format!("a `$` without a number in: {sql}"))?;
            if number == known + 1 {
                known = number;
            } else if number == 0 || number > known {
                return Err(format!("${number} occurs before ${} in: {sql}", known + 1));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check_statement;

    #[test]
    fn parameters_in_ascending_order_pass() {
        for sql in ["SELECT 1", "SELECT $1, $2, $1, $3", "SELECT '$9', $1 WHERE a = 'it''s $7' AND b = $2"] {
            assert_eq!(check_statement(sql), Ok(()), "{sql}");
        }
    }

    #[test]
    fn parameters_out_of_order_are_refused() {
        for sql in ["SELECT $2, $1", "SELECT $1, $3", "SELECT $0", "SELECT $x"] {
            assert!(check_statement(sql).is_err(), "{sql}");
        }
    }
}
