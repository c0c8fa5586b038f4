//! The customers the store starts with: each computed from seed and id, none stored.
//!
//! Owns: the mapping (seed, number of customers, today, id) → record, O(1) and always the same, and the spread of dates.
//! Refuses: edits ([`super::shop`] lays them over these). A million customers cost eight bytes each, for the order by
//! `updated_at`.

use fastrand::Rng;

use super::clock;
use super::names::{
    COMPANIES, EU_TOWNS, MAIL_HOSTS, MIDDLE_NAMES, ODD_LAST_NAMES, PEOPLES, PREFIXES, SUFFIXES, TOWNS, Town,
};
use super::records::{Address, Customer, Text};

/// Address ids reserved per customer, so that an address id tells its customer.
pub(super) const ADDRESS_STRIDE: u32 = 3;

const DAY: i64 = 86_400;

/// The recipe of the starting data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seeded {
    pub(super) seed: u64,
    pub(super) count: u32,
    /// Nothing is younger than ten minutes before this.
    pub(super) today: i64,
}

impl Seeded {
    pub(super) fn contains(self, id: u32) -> bool {
        (1..=self.count).contains(&id)
    }

    /// `(created_at, updated_at)`, without making the rest of the record.
    pub(super) fn stamps(self, id: u32) -> (i64, i64) {
        let mut rng = self.rng(id, 1);
        let created = self.created(id, &mut rng);
        (created, self.updated(id, created, &mut rng))
    }

    pub(super) fn customer(self, id: u32) -> Customer {
        let twin = id.is_multiple_of(97);
        // A twin is the same person, with the same e-mail, on the other website.
        let (person, website_id) =
            if twin { (id - 1, 3 - self.website(id - 1)) } else { (id, self.website(id)) };
        let (created_at, updated_at) = self.stamps(id);
        let mut customer = self.person(person);
        let mut rng = self.rng(id, 2);
        let store_id = if website_id == 1 { 1 + u32::from(rng.u8(..4) == 0) } else { 3 + rng.u32(..2) };
        customer.id = id;
        customer.created_at = created_at;
        customer.updated_at = updated_at;
        customer.website_id = website_id;
        customer.store_id = if rng.u8(..50) == 0 { 0 } else { store_id };
        customer.group_id = if rng.u8(..3) == 0 { rng.u32(2..=6) } else { 1 };
        customer.unconfirmed = rng.u8(..25) == 0;
        customer.password_hash = Some(format!("{:032x}:Salt", rng.u128(..)).into());
        self.point_to_defaults(&mut customer);
        customer
    }

    /// The address book of a customer, newest first.
    pub(super) fn addresses(self, customer: &Customer) -> Vec<Address> {
        let count = self.address_count(customer.id);
        (0..count).rev().map(|slot| self.address(customer, slot)).collect()
    }

    /// The customer an address id belongs to, if it is one of the starting addresses.
    pub(super) fn owner(self, address: u32) -> Option<u32> {
        let (id, slot) = (address.checked_sub(1)? / ADDRESS_STRIDE + 1, (address - 1) % ADDRESS_STRIDE);
        (self.contains(id) && slot < self.address_count(id)).then_some(id)
    }

    pub(super) fn rng(self, id: u32, purpose: u64) -> Rng {
        let mixed = (self.seed ^ (u64::from(id) << 8 | purpose)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Rng::with_seed(mixed ^ (mixed >> 29))
    }

    fn website(self, id: u32) -> u32 {
        1 + u32::from(self.rng(id, 3).u8(..10) < 4)
    }

    /// Rises with the id from 2007 to today; three quarters of the customers came in the last four years.
    fn created(self, id: u32, rng: &mut Rng) -> i64 {
        self.at_share(id, self.count, rng)
    }

    /// When the nth of so many records came.
    pub(super) fn at_share(self, nth: u32, of: u32, rng: &mut Rng) -> i64 {
        let share = f64::from(nth) / f64::from(of.max(1));
        let (opened, recent) = (clock::midnight(2007, 8, 31), self.today - 4 * 365 * DAY);
        let newest = self.today - 600;
        let (from, to, part) = if share < 0.25 {
            (opened, recent, share * 4.0)
        } else {
            (recent, newest, (share - 0.25) / 0.75)
        };
        #[expect(clippy::cast_possible_truncation, reason = "a span of time in seconds fits")]
        #[expect(clippy::cast_precision_loss, reason = "a second more or less does not matter")]
        let offset = ((to - from) as f64 * part) as i64;
        (from + offset - rng.i64(0..3600)).clamp(opened, newest)
    }

    /// Half never changed; one in fifty was touched by the same second of a bulk import; the rest lean to the present.
    fn updated(self, id: u32, created: i64, rng: &mut Rng) -> i64 {
        let newest = self.today - 600;
        let import = (self.today - 30 * DAY).div_euclid(DAY) * DAY + 3 * 3600;
        match rng.u8(..100) {
            0..50 => created,
            50 | 51 if created < import && id > 20 => import,
            _ => newest - ((newest - created).max(1) * rng.i64(0..1000) / 1000) * rng.i64(0..1000) / 1000,
        }
    }

    /// Names, birthday and e-mail of somebody.
    pub(super) fn person(self, id: u32) -> Customer {
        let mut rng = self.rng(id, 4);
        let people = PEOPLES[rng.usize(..PEOPLES.len())];
        let (first, ascii, gender) = people.first[rng.usize(..people.first.len())];
        let last = people.last[rng.usize(..people.last.len())];
        let odd = rng.u16(..300) == 0;
        let last = if odd { ODD_LAST_NAMES[rng.usize(..ODD_LAST_NAMES.len())] } else { last };
        let host = MAIL_HOSTS[rng.usize(..MAIL_HOSTS.len())];
        let some = |rng: &mut Rng, one_in: u8, words: &[&'static str]| {
            (rng.u8(..one_in) == 0).then(|| Text::Borrowed(words[rng.usize(..words.len())]))
        };
        Customer {
            email: format!("{ascii}.{id}@{host}").into(),
            firstname: Some(first.into()),
            lastname: Some(last.into()),
            middlename: some(&mut rng, 12, MIDDLE_NAMES),
            prefix: some(&mut rng, 6, PREFIXES),
            suffix: some(&mut rng, 20, SUFFIXES),
            dob: (rng.u8(..4) == 0).then(|| date_of_birth(&mut rng)),
            taxvat: (rng.u8(..15) == 0).then(|| format!("DE{:09}", rng.u32(..1_000_000_000)).into()),
            gender: (rng.u8(..3) != 0).then_some(gender),
            ..Customer::default()
        }
    }

    /// None, one, two or three: 1.24 on average.
    fn address_count(self, id: u32) -> u32 {
        match self.rng(id, 5).u8(..100) {
            0..15 => 0,
            15..68 => 1,
            68..95 => 2,
            _ => 3,
        }
    }

    fn point_to_defaults(self, customer: &mut Customer) {
        let count = self.address_count(customer.id);
        if count == 0 {
            return;
        }
        let first = (customer.id - 1) * ADDRESS_STRIDE + 1;
        customer.default_billing = Some(first);
        customer.default_shipping = (!customer.id.is_multiple_of(11)).then_some(first + count - 1);
    }

    fn address(self, customer: &Customer, slot: u32) -> Address {
        let mut rng = self.rng(customer.id, 6 + u64::from(slot));
        let towns = if customer.website_id == 1 { &TOWNS[..EU_TOWNS] } else { &TOWNS[EU_TOWNS..] };
        let Town { city, country, region_id, region, postcode, street } = towns[rng.usize(..towns.len())];
        Address {
            id: (customer.id - 1) * ADDRESS_STRIDE + 1 + slot,
            created_at: customer.created_at,
            updated_at: customer.updated_at,
            firstname: customer.firstname.clone(),
            lastname: customer.lastname.clone(),
            middlename: customer.middlename.clone(),
            company: (rng.u8(..3) == 0).then(|| COMPANIES[rng.usize(..COMPANIES.len())].into()),
            street: Some(street_lines(&mut rng, street).into()),
            city: Some(city.into()),
            country_id: Some(country.into()),
            region: (!region.is_empty()).then_some(region.into()),
            region_id: (region_id != 0).then_some(region_id),
            postcode: Some(postcode.into()),
            telephone: Some(format!("+1 (555) {:03}-{:04}", rng.u32(..1000), rng.u32(..10_000)).into()),
            fax: (rng.u8(..20) == 0).then_some("555-FAX".into()),
            ..Address::default()
        }
    }
}

fn street_lines(rng: &mut Rng, street: &str) -> String {
    let number = rng.u32(1..1000);
    if rng.u8(..4) == 0 {
        format!("{number} {street}\nApt #{}", rng.u32(1..60))
    } else {
        format!("{number} {street}")
    }
}

fn date_of_birth(rng: &mut Rng) -> Text {
    format!("{}-{:02}-{:02} 00:00:00", rng.u32(1935..2008), rng.u32(1..=12), rng.u32(1..=28)).into()
}

#[cfg(test)]
mod tests {
    use super::Seeded;

    #[test]
    fn gives_the_same_believable_people_every_time() {
        let seeded = Seeded { seed: 7, count: 5_000, today: 1_795_420_000 };
        let mut addresses = 0;
        for id in 1..=seeded.count {
            let customer = seeded.customer(id);
            assert_eq!(customer, seeded.customer(id));
            assert!(customer.created_at <= customer.updated_at, "{id}");
            assert!(customer.updated_at <= seeded.today - 600, "{id}");
            let book = seeded.addresses(&customer);
            assert!(book.iter().all(|address| seeded.owner(address.id) == Some(id)));
            addresses += book.len();
        }
        assert!((5_900..6_500).contains(&addresses), "{addresses}");
    }

    #[test]
    fn twins_share_an_email_across_the_websites() {
        let seeded = Seeded { seed: 7, count: 5_000, today: 1_795_420_000 };
        let (one, other) = (seeded.customer(96), seeded.customer(97));
        assert_eq!(one.email, other.email);
        assert_ne!(one.website_id, other.website_id);
    }
}
