//! Which addresses may be called. The check is made on the resolved address at the moment of connecting, so a name
//! that changes its address in between is no way round it; literals never reach a resolver and are checked apart.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// May loopback, private and link-local addresses be called?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrivateAddresses {
    /// No: names that resolve to such an address are refused.
    Refused,
    /// Yes (`CARTWRIGHT_ALLOW_PRIVATE_STORES`, tests, demos).
    Allowed,
}

/// A resolver that refuses names with an address that may not be called.
#[derive(Clone, Copy, Debug)]
pub struct Guard(pub PrivateAddresses);

/// The error of a refused address, found again in reqwest's chain of causes.
#[derive(Debug)]
pub struct RefusedAddress(pub IpAddr);

impl fmt::Display for RefusedAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} is a private or local address", self.0)
    }
}

impl std::error::Error for RefusedAddress {}

impl Guard {
    /// Refuses a URL whose host is a literal address that may not be called. The `url` crate has already turned
    /// spellings such as `0x7f.1` into an address.
    ///
    /// # Errors
    /// [`RefusedAddress`].
    pub fn check_literal(self, url: &Url) -> Result<(), RefusedAddress> {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            _ => return Ok(()),
        };
        if self.refuses(address) {
            return Err(RefusedAddress(address));
        }
        Ok(())
    }

    /// The addresses of a name, all of them callable.
    ///
    /// # Errors
    /// [`RefusedAddress`], or what the resolver says.
    pub async fn look_up(
        self,
        host: &str,
    ) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
        let addresses: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await?.collect();
        if let Some(refused) = addresses.iter().map(SocketAddr::ip).find(|address| self.refuses(*address)) {
            return Err(Box::new(RefusedAddress(refused)));
        }
        Ok(addresses)
    }

    fn refuses(self, address: IpAddr) -> bool {
        self.0 == PrivateAddresses::Refused && !is_public(address)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move {
            let addresses = guard.look_up(name.as_str()).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Is this an address of the public internet?
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        (0 | 10 | 127, ..) | (224.., ..) => true, // this network, private, loopback, multicast and reserved
        (100, 64..=127, _) => true,               // carrier-grade NAT, where clouds keep their metadata too
        (169, 254, _) => true,                    // link-local, cloud metadata
        (172, 16..=31, _) | (192, 168, _) => true, // private
        (192, 0, 0 | 2) | (192, 88, 99) => true,  // protocol assignments, documentation, 6to4 relays
        (198, 18..=19, _) | (198, 51, 100) | (203, 0, 113) => true, // benchmarks, documentation
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(embedded) = embedded_v4(address) {
        return is_public_v4(embedded);
    }
    let [first, second, ..] = address.segments();
    match first {
        0x2001 if second < 0x0200 || second == 0x0db8 => false, // Teredo, ORCHID, documentation and the like
        0x3fff => false,                                        // documentation
        0x2000..=0x3fff => true,                                // global unicast
        _ => false, // loopback, unspecified, unique local, link-local, site-local, multicast, discard
    }
}

/// The IPv4 address inside a mapped, compatible, NAT64 or 6to4 one.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let last = || Some(Ipv4Addr::from((u32::from(g) << 16) | u32::from(h)));
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xffff) | (0, 0, 0, 0, 0xffff, 0) => last(),
        (0, 0, 0, 0, 0, 0) if g != 0 => last(),
        (0x64, 0xff9b, 0, 0, 0, 0) => last(),
        (0x2002, ..) => Some(Ipv4Addr::from((u32::from(b) << 16) | u32::from(c))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let check = |text: &str, public: bool| {
            let address: IpAddr = text.parse().expect("an address");
            assert_eq!(is_public(address), public, "{text}");
        };
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.100.100.200",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "::ffff:0:127.0.0.1",
            "fec0::1",
            "100::1",
        ] {
            check(private, false);
        }
        for public in
            ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
        {
            check(public, true);
        }
    }

    #[test]
    fn literals_in_every_notation() {
        let guard = Guard(PrivateAddresses::Refused);
        for url in [
            "http://0x7f.1/",
            "http://2130706433/",
            "http://017700000001/",
            "http://127.1/",
            "http://[::ffff:10.0.0.1]/",
            "http://[::1]:8080/",
        ] {
            let url = Url::parse(url).expect("a URL");
            assert!(guard.check_literal(&url).is_err(), "{url}");
            assert!(Guard(PrivateAddresses::Allowed).check_literal(&url).is_ok());
        }
        let public = Url::parse("http://8.8.8.8/").expect("a URL");
        assert!(guard.check_literal(&public).is_ok());
    }
}
