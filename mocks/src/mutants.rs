//! Parties that are broken on purpose, so that every rule can show that it catches what it is made for.
//!
//! A mutant is a party that makes one decision differently from an honest one, in its own file, or that discloses one value at
//! one place in one encoding: a row in `leaks`. It implements the behaviour trait of its role ([`crate::behaviour`]) and
//! overrides as little as it needs. It names the rules that must catch it, and the scenario and the design in which it is
//! caught; no rule names it.

mod kit;
mod leaks;

pub use kit::{
    ActiveMutant, Encoded, Encoding, Knowledge, Leak, LeakPlace, LeakSource, LeakedClass, Mutant, MutantDescription, Of,
};

/// Declares the files of mutants, and their table.
macro_rules! mutants {
    ($($file:ident),* $(,)?) => {
        $(mod $file;)*

        /// The mutants that make a decision differently, rather than disclose something.
        const FILES: &[(&str, &MutantDescription)] = &[$((stringify!($file), &$file::MUTANT)),*];
    };
}

mutants! {
    reader_reads_my_number,
    jpki_shows_resident_code,
    facility_takes_card_out_of_case,
    facility_asks_about_first_day,
    facility_asks_before_person_check,
    facility_skips_person_check,
    facility_presents_stored_certificate,
    facility_forgets_to_record,
    broker_skips_jpki,
    broker_answers_before_jpki,
    broker_caches_code,
    broker_caches_status,
    authority_gives_one_code_to_two,
    authority_ignores_field,
    authority_makes_code_by_asker,
    authority_ignores_opt_out,
    authority_hashes_my_number,
    authority_hashes_resident_code,
    authority_uses_known_key,
    jpki_changes_code_on_renewal,
    jpki_answers_with_another_code,
    broker_guesses,
    broker_answers_without_feed,
    broker_picks_newer_insurer,
    broker_swaps_people,
    broker_ignores_end,
    broker_dates_answers_wrong,
    broker_answers_for_another_day,
    broker_says_wrong_copayment,
    broker_fills_in_copayment,
    facility_fills_in_copayment,
    broker_says_not_insured_when_jpki_is_down,
    facility_records_otherwise,
    facility_shows_unknown_as_not_insured,
    broker_accepts_expired_certificate,
    broker_serves_beyond_grace,
    broker_forgets_grace,
    broker_refuses_unknown_status,
    broker_takes_unknown_for_good,
    jpki_knows_renewal_at_once,
    jpki_knows_renewal_late,
    broker_accepts_not_yet_valid_certificate,
    broker_accepts_other_ca,
    broker_accepts_tampered_certificate,
    broker_accepts_wrong_purpose,
    broker_ignores_revocation,
    broker_ignores_suspension,
    broker_ignores_ocsp_signature,
    broker_ignores_ocsp_delegation,
    broker_ignores_ocsp_nonce,
    broker_ignores_ocsp_ambiguity,
    broker_ignores_ocsp_times,
    broker_ignores_ocsp_extensions,
    broker_ignores_ocsp_refusal,
    broker_believes_unknown_status,
    broker_takes_unsigned_status,
    broker_skips_signature,
    broker_accepts_wrong_signature,
    broker_reuses_challenges,
    broker_accepts_stale_challenge,
    broker_accepts_invented_challenge,
    broker_serves_unlicensed_facility,
    broker_takes_feeds_of_others,
    facility_speaks_without_tls,
    jpki_answers_anybody,
    broker_forgets_audit,
    broker_audits_late,
    broker_audits_twice,
    broker_forgets_feeds_on_restart,
    broker_loses_audit_on_restart,
    broker_audits_another_outcome,
    facility_records_twice,
    facility_drops_interrupted,
    facility_shows_person_before,
    facility_prints_day_before,
    facility_uses_card_before,
    facility_goes_on_without_disk,
    facility_trusts_backup,
    broker_discloses_facility_to_jpki,
    broker_discloses_check_to_jpki,
    broker_asks_jpki_with_more,
    broker_discloses_visit_to_insurer,
    broker_names_person_in_error,
    facility_sends_name,
    facility_names_person_in_tls,
    facility_keeps_certificate_hash,
    broker_gives_one_pseudonym,
    broker_asks_for_status_once,
    broker_uses_status_too_long,
    facility_keeps_serial_as_pseudonym,
    facilities_share_pseudonym_key,
    broker_takes_silence_for_a_statement,
    broker_keeps_statements,
    broker_discloses_facility_to_insurer,
    insurer_answers_anybody,
    broker_keeps_codes_of_numbers,
    authority_resolves_for_anybody,
    facility_presents_stored_number,
    facility_looks_at_photo_instead,
    facility_keeps_serial_all_the_same,
    broker_takes_mismatch_for_move,
    broker_ignores_branch,
    broker_finds_no_ended_coverage,
    broker_says_ended_is_not_insured,
    broker_keeps_what_is_withdrawn,
    facility_shows_mismatch_as_ended,
    broker_reads_lost_letters,
    broker_skips_status_in_grace,
    registry_decides_alone,
    registry_never_looks,
    registry_keeps_no_evidence,
    registry_states_what_it_did_not_see,
    registry_stores_twice,
    registry_stores_nothing,
    registry_stores_retries,
    registry_ignores_changes,
    registry_lets_others_change,
    registry_makes_up_codes,
    facility_reports_my_number,
    authority_forgets_withdrawals,
    authority_keeps_leaked_codes,
    authority_replaces_again,
    municipality_asks_for_another,
    municipality_serves_anybody,
    municipality_forgets_withdrawals,
    jpki_never_asks_again,
    broker_ignores_ended_codes,
    insurer_keeps_codes,
}

const COUNT: usize = {
    let (mut count, mut table) = (FILES.len(), 0);
    while table < leaks::TABLES.len() {
        count += leaks::TABLES[table].len();
        table += 1;
    }
    count
};

impl Mutant {
    /// Every mutant: first those that make a decision differently, then those that disclose something.
    pub const ALL: [Mutant; COUNT] = {
        let mut all = [Mutant::new(FILES[0].1); COUNT];
        let mut i = 0;
        while i < FILES.len() {
            all[i] = Mutant::new(FILES[i].1);
            i += 1;
        }
        let mut table = 0;
        while table < leaks::TABLES.len() {
            let mut row = 0;
            while row < leaks::TABLES[table].len() {
                all[i] = Mutant::new(&leaks::TABLES[table][row]);
                (i, row) = (i + 1, row + 1);
            }
            table += 1;
        }
        all
    };

    /// The mutant with this name.
    pub fn parse(name: &str) -> Option<Mutant> {
        Mutant::ALL.into_iter().find(|m| m.name() == name)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
mod tests;
