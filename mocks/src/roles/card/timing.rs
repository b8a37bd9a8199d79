//! How long a command takes. No public source gives the times of real cards: every constant here is an assumption.

use super::command::{Command, ins};
use std::time::Duration;

/// Bit rate of the contactless link in both directions, bit/s. 424 is the usual choice of readers among ISO 14443's 106, 212,
/// 424 and 848 kbit/s. Assumed.
pub const LINK_BITS_PER_SECOND: u64 = 424_000;

/// Bytes that ISO 14443-3 and -4 Type B add to each direction: block header 1, CRC 2, and about 2 for the frame's start and
/// end. Chained blocks are not counted. Assumed.
pub const FRAME_BYTES: u64 = 5;

/// The chip's processing time for any command. Assumed.
pub const PROCESSING: Duration = Duration::from_millis(5);

/// The time to compare a PIN and to write its counter to non-volatile memory. Assumed.
pub const PIN_CHECK: Duration = Duration::from_millis(25);

/// The time for an RSA-2048 signature. Assumed.
pub const RSA_2048_SIGNATURE: Duration = Duration::from_millis(300);

/// From the first bit of the command to the last bit of the response.
pub fn duration(command: &[u8], response: &[u8]) -> Duration {
    let bits = (command.len() as u64 + response.len() as u64 + 2 * FRAME_BYTES).saturating_mul(8);
    let on_the_air = Duration::from_nanos(bits.saturating_mul(1_000_000_000) / LINK_BITS_PER_SECOND);
    on_the_air + PROCESSING + extra(command, response)
}

fn extra(command: &[u8], response: &[u8]) -> Duration {
    let Ok(command) = Command::read(command) else { return Duration::ZERO };
    match command.ins {
        // A rejection is immediate.
        ins::COMPUTE_DIGITAL_SIGNATURE | ins::INTERNAL_AUTHENTICATE if response.ends_with(&[0x90, 0x00]) => RSA_2048_SIGNATURE,
        ins::VERIFY | ins::CHANGE_REFERENCE_DATA | ins::CHANGE_KEY if !command.data.is_empty() => PIN_CHECK,
        _ => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_dominates_and_a_rejection_is_quick() {
        let mut sign = vec![0x80, 0x2A, 0x00, 0x80, 0x33];
        sign.extend([0; 0x33]);
        sign.push(0x00);
        let signed = [&[0u8; 256][..], &[0x90, 0x00]].concat();
        // 57 + 258 + 10 bytes at 424 kbit/s are 6.132 ms.
        assert_eq!(duration(&sign, &signed), Duration::from_nanos(6_132_075) + PROCESSING + RSA_2048_SIGNATURE);
        assert_eq!(duration(&sign, &[0x69, 0x82]), Duration::from_nanos(1_301_886) + PROCESSING);
    }

    #[test]
    fn a_query_of_the_counter_takes_less_time_than_an_attempt() {
        let query = [0x00, 0x20, 0x00, 0x80];
        let attempt = [0x00, 0x20, 0x00, 0x80, 0x04, 0x31, 0x32, 0x33, 0x34];
        assert!(duration(&query, &[0x63, 0xC3]) + PIN_CHECK < duration(&attempt, &[0x90, 0x00]));
    }
}
