//! By what those are counted who come too often.

use std::net::IpAddr;

use ipnet::Ipv6Net;

/// So much of an IPv6 address is given to one connection; the rest its owner chooses as they like.
const GIVEN: u8 = 64;

/// The address that somebody is counted by; of IPv6 their network, for they have all of it. What is no address stays as it is.
#[must_use]
pub fn counted_by(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(v6)) => {
            Ipv6Net::new(v6, GIVEN).map_or_else(|_| v6.to_string(), |net| net.trunc().to_string())
        }
        Ok(v4 @ IpAddr::V4(_)) => v4.to_string(),
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::counted_by;

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        for (address, counted) in [
            ("203.0.113.9", "203.0.113.9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::", "2001:db8:1:3::/64"),
            ("::1", "::/64"),
            ("unknown", "unknown"),
        ] {
            assert_eq!(counted_by(address), counted);
        }
    }
}
