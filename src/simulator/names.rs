//! The words the store's customers are made of.
//!
//! Owns: first and last names of many languages, companies, towns with their regions, and the awkward ones: ampersands,
//! angle brackets, quotes, surrounding spaces, control characters, very long. Refuses: chance ([`super::seeded`]).

/// People of one corner of the world: first names (with their ASCII form for the e-mail and Magento's number of the
/// gender) and last names that sound right together.
pub(super) struct People {
    pub(super) first: &'static [(&'static str, &'static str, u32)],
    pub(super) last: &'static [&'static str],
}

/// Who the customers are; a corner that stands twice has twice as many.
pub(super) const PEOPLES: &[&People] = &[
    &ENGLISH, &ENGLISH, &ENGLISH, &ENGLISH, &ENGLISH, &GERMAN, &GERMAN, &GERMAN, &FRENCH, &FRENCH, &FRENCH,
    &SOUTHERN, &SOUTHERN, &SOUTHERN, &NORDIC, &NORDIC, &EASTERN, &EASTERN, &GREEK, &ARABIC, &ASIAN,
];

const ENGLISH: People = People {
    first: &[
        ("James", "james", 1),
        ("Mary", "mary", 2),
        ("Robert", "robert", 1),
        ("Patricia", "patricia", 2),
        ("John", "john", 1),
        ("Linda", "linda", 2),
        ("Michael", "michael", 1),
        ("Barbara", "barbara", 2),
        ("Ada", "ada", 2),
        ("Bartholomew", "bartholomew", 1),
        ("Siobhán", "siobhan", 2),
        ("Niamh", "niamh", 2),
        ("Harvey", "harvey", 1),
        ("Imogen", "imogen", 2),
        ("Percival", "percival", 1),
        ("Rosalind", "rosalind", 2),
    ],
    last: &[
        "Smith",
        "Johnson",
        "O'Brien",
        "Williams",
        "Smith & Sons",
        "Brown",
        "Ashworth-Cole",
        "Lovelace",
        "Ní Dhomhnaill",
        "Whitfield",
        "Carmichael",
        "Pemberton",
        "Hargreaves",
        "McAllister",
        "Thackeray",
        "Beaumont",
        "Fairweather",
        "Okonkwo-Bray",
        "Sinclair",
        "Winterbourne",
    ],
};

const GERMAN: People = People {
    first: &[
        ("Jürgen", "juergen", 1),
        ("Käthe", "kaethe", 2),
        ("Jörg", "joerg", 1),
        ("Ännchen", "aennchen", 2),
        ("Matthias", "matthias", 1),
        ("Zoë", "zoe", 2),
        ("Femke", "femke", 2),
        ("Günter", "guenter", 1),
        ("Annegret", "annegret", 2),
        ("Wiebke", "wiebke", 2),
        ("Noor", "noor", 2),
        ("Maarten", "maarten", 1),
    ],
    last: &[
        "Müßig",
        "Weiß",
        "Großmann",
        "Krämer-Lindqvist",
        "Schröder",
        "Verhoeven",
        "Bakker",
        "von Übel",
        "Löwenthal",
        "Hübner",
        "Dijkstra",
        "van den Broek",
        "Böttcher",
        "Jäger",
        "Süßmilch",
        "Oßwald",
    ],
};

const FRENCH: People = People {
    first: &[
        ("François", "francois", 1),
        ("Chloé", "chloe", 2),
        ("Aurélie", "aurelie", 2),
        ("Gaël", "gael", 1),
        ("Héloïse", "heloise", 2),
        ("Benoît", "benoit", 1),
        ("Maëlys", "maelys", 2),
        ("Rémi", "remi", 1),
        ("Cécile", "cecile", 2),
        ("Jean-Baptiste", "jean-baptiste", 1),
    ],
    last: &[
        "Lefèvre & Fils",
        "D'Hôtel",
        "Bézier-Lacroix",
        "Abélard",
        "Cœurdevey",
        "Châtelain",
        "L'Écuyer",
        "Désaulniers",
        "Guérin",
        "Prévost",
        "Fontanès",
        "Besançon",
        "Maréchal",
        "Noël",
    ],
};

const SOUTHERN: People = People {
    first: &[
        ("José María", "jose.maria", 1),
        ("Begoña", "begona", 2),
        ("João", "joao", 1),
        ("Giulia", "giulia", 2),
        ("Íñigo", "inigo", 1),
        ("Concepción", "concepcion", 2),
        ("Thiago", "thiago", 1),
        ("Niccolò", "niccolo", 1),
        ("Graça", "graca", 2),
        ("Martín", "martin", 1),
    ],
    last: &[
        "Núñez García",
        "Ibáñez",
        "Conceição",
        "De Angelis",
        "Álvarez Peña",
        "da Conceição",
        "Bianchi",
        "Muñoz",
        "D'Alò",
        "Gonçalves",
        "Etxebarría",
        "Esposito",
        "Brandão",
        "Quiñones",
    ],
};

const NORDIC: People = People {
    first: &[
        ("Björn", "bjoern", 1),
        ("Søren", "soeren", 1),
        ("Åsa", "asa", 2),
        ("Þórunn", "thorunn", 2),
        ("Anders", "anders", 1),
        ("Ingrid", "ingrid", 2),
        ("Håkon", "haakon", 1),
        ("Ærø", "aeroe", 2),
        ("Sigríður", "sigridur", 2),
    ],
    last: &[
        "Strömberg",
        "Kjærgård",
        "Almqvist",
        "Bødker",
        "Guðmundsdóttir",
        "Solheim",
        "Ångström",
        "Hallgrímsson",
        "Østergaard",
        "Mäkinen",
        "Lindqvist",
        "Näslund",
    ],
};

const EASTERN: People = People {
    first: &[
        ("Łukasz", "lukasz", 1),
        ("Zdeněk", "zdenek", 1),
        ("Erzsébet", "erzsebet", 2),
        ("Ștefan", "stefan", 1),
        ("Katarína", "katarina", 2),
        ("Đorđe", "djordje", 1),
        ("Lūcija", "lucija", 2),
        ("Sándor", "sandor", 1),
        ("Ayşe", "ayse", 2),
        ("Mikołaj", "mikolaj", 1),
        ("Živa", "ziva", 2),
    ],
    last: &[
        "Żółć",
        "Dvořák",
        "Kőszegi",
        "Țurcanu",
        "Blažková",
        "Đurić",
        "Kalniņa",
        "Erdélyi",
        "Yılmaz",
        "Jabłoński",
        "Šuštaršič",
        "Čapek",
        "Győry",
    ],
};

const GREEK: People = People {
    first: &[
        ("Γιώργος", "giorgos", 1),
        ("Ελένη", "eleni", 2),
        ("Анна", "anna", 2),
        ("Олександр", "oleksandr", 1),
        ("Олександра", "oleksandra", 2),
        ("Дмитрий", "dmitri", 1),
    ],
    last: &["Παπαδόπουλος", "Δημητρίου", "Кузнецова", "Шевченко", "Іваненко", "Соколов"],
};

const ARABIC: People = People {
    first: &[
        ("محمد", "mohammed", 1),
        ("فاطمة", "fatima", 2),
        ("ליאת", "liat", 2),
        ("דוד", "david", 1),
        ("يوسف", "yusuf", 1),
    ],
    last: &["الأحمد", "الزهراء", "כהן", "לוי", "المصري"],
};

const ASIAN: People = People {
    first: &[
        ("太郎", "taro", 1),
        ("花子", "hanako", 2),
        ("小明", "xiaoming", 1),
        ("민준", "minjun", 1),
        ("Nguyễn", "nguyen", 1),
        ("Priya", "priya", 2),
        ("Thị", "thi", 2),
    ],
    last: &["山田", "鈴木", "王", "김", "Văn Bình", "Raghunathan", "佐藤", "Hồng Hạnh"],
};

/// Last names that break careless code; one customer in three hundred has one.
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
