//! Which proxies are believed when they say for whom they ask.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use ipnet::IpNet;

/// The networks that proxies of ours stand in. Whoever else claims to ask for somebody is taken for who they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Arc<[IpNet]>);

impl Proxies {
    /// Is this one of them?
    #[must_use]
    pub fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address))
    }

    /// Who asks, when `peer` is at the other end of the connection and these came along, each proxy having added at the end
    /// from whom it had the request: the last one that is no proxy of ours.
    pub fn client<'a>(&self, peer: IpAddr, forwarded: impl DoubleEndedIterator<Item = &'a str>) -> IpAddr {
        let mut client = peer.to_canonical();
        for claim in forwarded.rev() {
            // whatever stands before what nobody of ours wrote may be invented
            let Some(before) = address(claim).filter(|_| self.trust(client)) else { break };
            client = before;
        }
        client
    }
}

/// An address as proxies write it: alone, with a port, in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let alone = bare.parse::<IpAddr>().ok();
    alone.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip())).map(|address| address.to_canonical())
}

impl FromStr for Proxies {
    type Err = String;

    /// `10.0.0.0/8, 192.0.2.7, fd00::/8`; nothing means none.
    fn from_str(text: &str) -> Result<Self, String> {
        let words = text.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty());
        let nets = words.map(|word| {
            let alone = word.parse::<IpAddr>().map(IpNet::from);
            alone.or_else(|_| word.parse()).map_err(|_| {
                format!("\"{word}\" is no network; write 10.0.0.0/8 or 192.0.2.7, several with commas")
            })
        });
        Ok(Self(nets.collect::<Result<Vec<IpNet>, String>>()?.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_that_is_no_proxy_of_ours_is_who_asks() {
        let proxies: Proxies = "10.0.0.0/8, 192.0.2.7 fd00::/8".parse().unwrap();
        let check = |peer: &str, forwarded: &str, client: &str| {
            let found = proxies.client(peer.parse().unwrap(), forwarded.split(','));
            assert_eq!(found.to_string(), client, "{peer} says {forwarded}");
        };
        check("203.0.113.9", "198.51.100.1", "203.0.113.9");
        check("10.1.2.3", "198.51.100.1", "198.51.100.1");
        check("::ffff:10.1.2.3", "198.51.100.1", "198.51.100.1");
        check("10.1.2.3", "1.1.1.1, 198.51.100.1", "198.51.100.1");
        check("10.1.2.3", "198.51.100.1, 192.0.2.7 ,10.9.9.9", "198.51.100.1");
        check("fd00::1", "[2001:db8::5]:4711", "2001:db8::5");
        check("10.1.2.3", "198.51.100.1:4711", "198.51.100.1");
        check("10.1.2.3", "[2001:db8::5]", "2001:db8::5");
        // a chain of ours alone begins at its first
        check("10.1.2.3", "10.5.5.5, 10.9.9.9", "10.5.5.5");
        // what cannot be read ends what can be believed
        check("10.1.2.3", "198.51.100.1, unknown", "10.1.2.3");
        check("10.1.2.3", "198.51.100.1, unknown, 10.9.9.9", "10.9.9.9");
        check("10.1.2.3", "", "10.1.2.3");
        assert_eq!(
            Proxies::default().client("127.0.0.1".parse().unwrap(), ["1.1.1.1"].into_iter()).to_string(),
            "127.0.0.1"
        );
    }

    #[test]
    fn networks_are_read_or_explained() {
        assert_eq!("".parse(), Ok(Proxies::default()));
        assert_eq!(" , ".parse(), Ok(Proxies::default()));
        for bad in ["10.0.0.0/33", "everybody", "10.0.0", "10.0.0.0/8;::1"] {
            assert!(bad.parse::<Proxies>().is_err_and(|why| why.contains("10.0.0.0/8")), "{bad}");
        }
    }
}
