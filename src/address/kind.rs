//! What can be wrong with an address, how bad it is, and which topic explains it.

use std::fmt;

use crate::diagnostic::Severity;

/// The topics of the channel that explain findings.
const INVALID: &str = "connection.invalid_public_address";
const PRIVATE: &str = "connection.private_address";
const NETWORK: &str = "connection.network_error";

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $severity:ident, $topic:ident;)*) => {
        /// What was found about an address. More kinds may be added in a minor release.
        ///
        /// # Examples
        ///
        /// ```
        /// use support_triage::address::AddressFindingKind;
        ///
        /// assert_eq!(AddressFindingKind::NoScheme.as_str(), "no_scheme");
        /// assert_eq!(AddressFindingKind::Loopback.topic(), "connection.private_address");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum AddressFindingKind {
            $($(#[$doc])* $name,)*
        }

        impl AddressFindingKind {
            /// Every kind, in the order of the declaration.
            pub const ALL: &'static [AddressFindingKind] = &[$(AddressFindingKind::$name),*];

            /// The stable name used in all machine-readable output.
            pub fn as_str(self) -> &'static str {
                match self { $(AddressFindingKind::$name => $text,)* }
            }

            /// [`Severity::Error`] if the address cannot be used as it stands, [`Severity::Warning`] if it may work and should be looked at.
            pub fn severity(self) -> Severity {
                match self { $(AddressFindingKind::$name => Severity::$severity,)* }
            }

            /// The id of the topic whose reply explains it.
            pub fn topic(self) -> &'static str {
                match self { $(AddressFindingKind::$name => $topic,)* }
            }
        }
    };
}

kinds! {
    /// There is nothing but blanks.
    Empty = "empty", Error, INVALID;
    /// The text is over [`ADDRESS_BYTES`](super::ADDRESS_BYTES) and was not read.
    TooLong = "too_long", Error, INVALID;
    /// Blanks before or after the address.
    SurroundingSpaces = "surrounding_spaces", Warning, INVALID;
    /// Blanks inside the address.
    Spaces = "spaces", Error, INVALID;
    /// Characters that cannot be seen, such as a zero-width space.
    HiddenCharacters = "hidden_characters", Error, INVALID;
    /// Nothing stands for `https://`.
    NoScheme = "no_scheme", Error, INVALID;
    /// `http://` instead of `https://`.
    Http = "http", Error, INVALID;
    /// Another protocol, or a misprint in `https`.
    OtherScheme = "other_scheme", Error, INVALID;
    /// `https` with the wrong punctuation, or twice.
    MalformedScheme = "malformed_scheme", Error, INVALID;
    /// A user name or password in the address.
    Credentials = "credentials", Error, INVALID;
    /// A port other than 443.
    Port = "port", Warning, NETWORK;
    /// A port that is not a number from 1 to 65535.
    InvalidPort = "invalid_port", Error, INVALID;
    /// Something after the name of the site.
    Path = "path", Warning, INVALID;
    /// A `?` with parameters.
    Query = "query", Error, INVALID;
    /// A `#` with an anchor.
    Fragment = "fragment", Error, INVALID;
    /// There is no name of a site.
    NoHost = "no_host", Error, INVALID;
    /// The name has characters, lengths or empty parts that a domain name cannot have.
    MalformedHost = "malformed_host", Error, INVALID;
    /// The name has non-Latin letters; it works, and DNS knows it in Punycode.
    Idn = "idn", Warning, INVALID;
    /// The name has non-Latin letters that cannot be written in Punycode, or broken Punycode.
    InvalidIdn = "invalid_idn", Error, INVALID;
    /// Cyrillic and Latin letters stand together where no registry allows it: mostly a letter from the wrong keyboard layout.
    MixedAlphabets = "mixed_alphabets", Error, INVALID;
    /// The name ends in a dot.
    TrailingDot = "trailing_dot", Warning, INVALID;
    /// A name without dots, known only to a local network.
    NoDots = "no_dots", Error, PRIVATE;
    /// `localhost` or a name under it.
    Localhost = "localhost", Error, PRIVATE;
    /// A name under an ending that only local networks use, such as `.local`.
    LocalName = "local_name", Error, PRIVATE;
    /// A name that is reserved for tests and examples and never exists.
    ReservedName = "reserved_name", Error, INVALID;
    /// Digits that look like an IPv4 address and are none.
    InvalidIpv4 = "invalid_ipv4", Error, INVALID;
    /// Brackets or colons that do not make an IPv6 address as addresses of sites have it.
    InvalidIpv6 = "invalid_ipv6", Error, INVALID;
    /// An IPv4 address in decimal, octal, hexadecimal or short spelling.
    UnusualIpv4 = "unusual_ipv4", Warning, INVALID;
    /// An IPv4 address written as an IPv6 one, `::ffff:a.b.c.d`.
    MappedIpv4 = "mapped_ipv4", Warning, INVALID;
    /// An IPv4 address in the abolished form `::a.b.c.d`.
    CompatibleIpv4 = "compatible_ipv4", Error, INVALID;
    /// An IP address instead of a name.
    PublicIp = "public_ip", Warning, NETWORK;
    /// An address of the machine itself.
    Loopback = "loopback", Error, PRIVATE;
    /// An address of a private IPv4 network.
    Private = "private", Error, PRIVATE;
    /// An address that devices give themselves.
    LinkLocal = "link_local", Error, PRIVATE;
    /// An address behind a provider's shared NAT, 100.64.0.0/10.
    CarrierNat = "carrier_nat", Error, PRIVATE;
    /// An address of a private IPv6 network.
    UniqueLocal = "unique_local", Error, PRIVATE;
    /// "Any address": 0.0.0.0 or `::`.
    Unspecified = "unspecified", Error, PRIVATE;
    /// An address reserved for documentation.
    Documentation = "documentation", Error, INVALID;
    /// An address of a group of receivers.
    Multicast = "multicast", Error, INVALID;
    /// 255.255.255.255.
    Broadcast = "broadcast", Error, INVALID;
    /// An address of another reserved range.
    Reserved = "reserved", Error, INVALID;
}

impl fmt::Display for AddressFindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
