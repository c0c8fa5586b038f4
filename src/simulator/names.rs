//! The words the store's customers are made of.
//!
//! Owns: first and last names of many languages, companies, towns with their regions, and the awkward ones: ampersands,
//! angle brackets, quotes, surrounding spaces, control characters, very long. Refuses: chance ([`super::seeded`]).

/// A first name, its ASCII form for the e-mail, and a last name; one line per person so that the pairs sound right.
pub(super) const PEOPLE: &[(&str, &str, &str)] = &[
    ("James", "james", "Smith"),
    ("Mary", "mary", "Johnson"),
    ("Robert", "robert", "O'Brien"),
    ("Patricia", "patricia", "Williams"),
    ("John", "john", "Smith & Sons"),
    ("Linda", "linda", "Brown"),
    ("Jürgen", "juergen", "Müßig"),
    ("Käthe", "kaethe", "Weiß"),
    ("Björn", "bjoern", "Strömberg"),
    ("Søren", "soeren", "Kjærgård"),
    ("François", "francois", "Lefèvre & Fils"),
    ("Zoë", "zoe", "D'Hôtel"),
    ("Chloé", "chloe", "Bézier-Lacroix"),
    ("José María", "jose.maria", "Núñez García"),
    ("Begoña", "begona", "Ibáñez"),
    ("João", "joao", "Conceição"),
    ("Giulia", "giulia", "De Angelis"),
    ("Łukasz", "lukasz", "Żółć"),
    ("Zdeněk", "zdenek", "Dvořák"),
    ("Erzsébet", "erzsebet", "Kőszegi"),
    ("Ștefan", "stefan", "Țurcanu"),
    ("Γιώργος", "giorgos", "Παπαδόπουλος"),
    ("Анна", "anna", "Кузнецова"),
    ("Олександр", "oleksandr", "Шевченко"),
    ("محمد", "mohammed", "الأحمد"),
    ("فاطمة", "fatima", "الزهراء"),
    ("דוד", "david", "כהן"),
    ("太郎", "taro", "山田"),
    ("花子", "hanako", "鈴木"),
    ("小明", "xiaoming", "王"),
    ("민준", "minjun", "김"),
    ("Nguyễn", "nguyen", "Văn Bình"),
    ("Ayşe", "ayse", "Yılmaz"),
    ("Priya", "priya", "Raghunathan"),
    ("Siobhán", "siobhan", "Ní Dhomhnaill"),
    ("Ada", "ada", "Lovelace"),
];

/// Last names that break careless code; one customer in sixty has one.
pub(super) const ODD_LAST_NAMES: &[&str] = &[
    "Tom <tom@home>",
    "\"Quoted\" Name",
    " Leading Space",
    "Trailing Space ",
    "Vertical\u{b}Tab\u{1}End",
    "Already &amp; Escaped",
    "]]> Cdata",
    "Line1\nLine2\tTab",
    "Carriage\rReturn",
    "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafewarenwohlgepflegeundsorgfaltigkeitbeschutzen the Elder of Philadelphia",
    "Emoji ????",
    "",
];

pub(super) const COMPANIES: &[&str] = &[
    "Smith & Sons",
    "Acme & Sons <Ltd>",
    "Müller GmbH",
    "株式会社サンプル",
    "Société d'Études \"Lumière\"",
    "Ångström Instruments AB",
    "شركة المثال",
    "Northwind Traders Inc.",
    "",
];

pub(super) const MIDDLE_NAMES: &[&str] = &["A.", "Marie", "van der", "José", "al-"];
pub(super) const PREFIXES: &[&str] = &["Mr.", "Mrs.", "Dr.", "Prof."];
pub(super) const SUFFIXES: &[&str] = &["Jr.", "Sr.", "PhD", "III"];
pub(super) const MAIL_HOSTS: &[&str] = &["example.com", "example.org", "mail.example.net", "post.example"];

/// Where people live: city, country, id of the region (0: the country has no list), its name, postcode, street.
pub(super) struct Town {
    pub(super) city: &'static str,
    pub(super) country: &'static str,
    pub(super) region_id: u32,
    pub(super) region: &'static str,
    pub(super) postcode: &'static str,
    pub(super) street: &'static str,
}

const fn town(
    city: &'static str,
    country: &'static str,
    (region_id, region): (u32, &'static str),
    postcode: &'static str,
    street: &'static str,
) -> Town {
    Town { city, country, region_id, region, postcode, street }
}

/// Towns of the website `base`, then (from [`EU_TOWNS`] on) of `eu`.
pub(super) const TOWNS: &[Town] = &[
    town("New York", "US", (43, "New York"), "10001", "Elm & Oak Ave"),
    town("Los Angeles", "US", (12, "California"), "90001", "Sunset Blvd"),
    town("Chicago", "US", (23, "Illinois"), "60601", "Main St"),
    town("Miami", "US", (18, "Florida"), "33101", "O'Neill Court"),
    town("Austin", "US", (57, "Texas"), "73301", "Congress Ave"),
    town("Montréal", "CA", (76, "Quebec"), "H2X 1Y4", "Rue Saint-Denis"),
    town("Toronto", "CA", (74, "Ontario"), "M5V 2T6", "King St W"),
    town("Zürich", "CH", (129, "Zürich"), "8001", "Bahnhofstrasse"),
    town("Berlin", "DE", (82, "Berlin"), "10115", "Unter den Linden"),
    town("München", "DE", (81, "Bayern"), "80331", "Weinstraße"),
    town("Wien", "AT", (95, "Wien"), "1010", "Kärntner Straße"),
    town("Paris", "FR", (257, "Paris"), "75001", "Rue de l'Église"),
    town("Madrid", "ES", (161, "Madrid"), "28001", "Calle del Ñandú"),
    town("Barcelona", "ES", (139, "Barcelona"), "08001", "La Rambla"),
    town("London", "GB", (0, "Greater London"), "SW1A 1AA", "Downing Street"),
    town("東京", "JP", (0, "東京都"), "100-0001", "千代田"),
    town("Hà Nội", "VN", (0, ""), "100000", "Phố Huế"),
];

/// Index of the first town of the European website.
pub(super) const EU_TOWNS: usize = 8;
