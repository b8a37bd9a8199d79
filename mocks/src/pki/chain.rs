//! The path from a certificate to an authority, verified by OpenSSL.

use super::authority::CaCertificate;
use super::signature::forget_errors;
use jiff::Timestamp;
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509PurposeId, X509Ref, X509StoreContext, X509VerifyResult};

/// Whether the certificate was signed by the issuer.
pub(super) fn signed_by(x509: &X509Ref, issuer: &CaCertificate) -> bool {
    let verified = x509.verify(issuer.public_key());
    forget_errors();
    matches!(verified, Ok(true))
}

/// Why OpenSSL rejected a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChainFault {
    /// The certificate itself has expired. An authority that is not valid at that time makes the path [`ChainFault::Untrusted`].
    Expired,
    NotYetValid,
    Purpose,
    Signature,
    Untrusted,
}

/// How far a path must reach.
#[derive(Clone, Copy)]
pub(super) enum Path {
    /// To a self-signed root, through authorities that allow this purpose.
    ToRoot(X509PurposeId),
    /// To the trusted authority itself, regardless of what is above it, if it allows this purpose, where one is given.
    ToIssuer(Option<X509PurposeId>),
}

/// Lets OpenSSL verify the path from a certificate through the trusted authorities, at `now`.
pub(super) fn check_chain(x509: &X509Ref, trusted: &[&CaCertificate], path: Path, now: Timestamp) -> Result<(), ChainFault> {
    let verified = verify(x509, trusted, path, openssl_time(x509, now));
    forget_errors();
    match verified {
        Ok((X509VerifyResult::OK, _)) => Ok(()),
        Ok((error, depth)) => Err(chain_fault(error, depth)),
        Err(_) => Err(ChainFault::Untrusted),
    }
}

/// RFC 5280 section 4.1.2.5 counts notAfter itself as valid; OpenSSL compares with "less or equal" and does not. A card's
/// certificate ends at 23:59:59 of a birthday, so in that one second OpenSSL is given the second before.
fn openssl_time(x509: &X509Ref, now: Timestamp) -> i64 {
    let second = now.as_second();
    let is_last =
        openssl::asn1::Asn1Time::from_unix(second).is_ok_and(|at| at.compare(x509.not_after()).is_ok_and(|order| order.is_eq()));
    if is_last { second - 1 } else { second }
}

fn verify(
    x509: &X509Ref,
    trusted: &[&CaCertificate],
    path: Path,
    at: i64,
) -> Result<(X509VerifyResult, u32), openssl::error::ErrorStack> {
    let mut param = X509VerifyParam::new()?;
    param.set_time(at);
    match path {
        Path::ToRoot(purpose) => param.set_purpose(purpose)?,
        Path::ToIssuer(purpose) => {
            param.set_flags(X509VerifyFlags::PARTIAL_CHAIN)?;
            purpose.map_or(Ok(()), |purpose| param.set_purpose(purpose))?;
        }
    }
    let mut store = X509StoreBuilder::new()?;
    for ca in trusted {
        store.add_cert(ca.x509_owned())?;
    }
    store.set_param(&param)?;
    let mut context = X509StoreContext::new()?;
    context.init(&store.build(), x509, Stack::new()?.as_ref(), |context| {
        let good = context.verify_cert()?;
        let error = context.error();
        // A failure without an error code must not count as a success.
        let error = if good || error != X509VerifyResult::OK { error } else { X509VerifyResult::APPLICATION_VERIFICATION };
        Ok((error, context.error_depth()))
    })
}

fn chain_fault(error: X509VerifyResult, depth: u32) -> ChainFault {
    match (error.as_raw(), depth) {
        (openssl_sys::X509_V_ERR_CERT_NOT_YET_VALID, 0) => ChainFault::NotYetValid,
        (openssl_sys::X509_V_ERR_CERT_HAS_EXPIRED, 0) => ChainFault::Expired,
        (openssl_sys::X509_V_ERR_CERT_SIGNATURE_FAILURE, 0) => ChainFault::Signature,
        (
            openssl_sys::X509_V_ERR_INVALID_PURPOSE
            | openssl_sys::X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION
            | openssl_sys::X509_V_ERR_INVALID_EXTENSION,
            0,
        ) => ChainFault::Purpose,
        _ => ChainFault::Untrusted,
    }
}
