//! Keys, certificates, OCSP and CRLs.
