//! The region directory: Magento's own ids, codes and names for the countries whose addresses pick from a list.
//!
//! Ids and order are the real store's where they were recorded (US, DE, CH); the rest follows the core's install data.

use std::sync::LazyLock;

/// A region of the directory.
pub(super) struct Region {
    pub(super) id: u32,
    pub(super) country: &'static str,
    pub(super) code: String,
    pub(super) name: &'static str,
}

/// Every region, country by country, in the order the API lists them.
pub(super) static REGIONS: LazyLock<Vec<Region>> = LazyLock::new(|| {
    let entries =
        LISTS.iter().flat_map(|(country, list)| list.split(';').map(move |entry| (*country, entry)));
    entries.filter_map(|(country, entry)| read(country, entry)).collect()
});

/// The region with an id.
pub(super) fn find(id: u32) -> Option<&'static Region> {
    REGIONS.iter().find(|region| region.id == id)
}

fn read(country: &'static str, entry: &'static str) -> Option<Region> {
    let mut parts = entry.trim().splitn(3, ' ');
    let id = parts.next()?.parse().ok()?;
    let code = parts.next()?.replace('_', " ");
    Some(Region { id, country, code, name: parts.next()? })
}

/// Country, then `id code name` separated by semicolons; a code with spaces (Spain's) is written with underscores.
const LISTS: &[(&str, &str)] = &[
    (
        "AT",
        "102 BL Burgenland;99 KN Kärnten;96 NO Niederösterreich;97 OO Oberösterreich;98 SB Salzburg;\
        100 ST Steiermark;101 TI Tirol;103 VB Vorarlberg;95 WI Wien",
    ),
    (
        "CA",
        "66 AB Alberta;67 BC British Columbia;68 MB Manitoba;70 NB New Brunswick;69 NL Newfoundland and Labrador;\
        72 NT Northwest Territories;71 NS Nova Scotia;73 NU Nunavut;74 ON Ontario;75 PE Prince Edward Island;\
        76 QC Quebec;77 SK Saskatchewan;78 YT Yukon Territory",
    ),
    (
        "CH",
        "104 AG Aargau;106 AR Appenzell Ausserrhoden;105 AI Appenzell Innerrhoden;108 BL Basel-Landschaft;\
        109 BS Basel-Stadt;107 BE Bern;110 FR Freiburg;111 GE Genf;112 GL Glarus;113 GR Graubünden;114 JU Jura;\
        115 LU Luzern;116 NE Neuenburg;117 NW Nidwalden;118 OW Obwalden;120 SH Schaffhausen;122 SZ Schwyz;\
        121 SO Solothurn;119 SG St. Gallen;124 TI Tessin;123 TG Thurgau;125 UR Uri;126 VD Waadt;127 VS Wallis;\
        128 ZG Zug;129 ZH Zürich",
    ),
    (
        "DE",
        "80 BAW Baden-Württemberg;81 BAY Bayern;82 BER Berlin;83 BRG Brandenburg;84 BRE Bremen;85 HAM Hamburg;\
        86 HES Hessen;87 MEC Mecklenburg-Vorpommern;79 NDS Niedersachsen;88 NRW Nordrhein-Westfalen;\
        89 RHE Rheinland-Pfalz;90 SAR Saarland;91 SAS Sachsen;92 SAC Sachsen-Anhalt;93 SCN Schleswig-Holstein;\
        94 THE Thüringen",
    ),
    (
        "ES",
        "130 A_Coruña A Coruña;131 Alava Alava;132 Albacete Albacete;133 Alicante Alicante;134 Almeria Almeria;\
        135 Asturias Asturias;136 Avila Avila;137 Badajoz Badajoz;138 Baleares Baleares;139 Barcelona Barcelona;\
        140 Burgos Burgos;141 Caceres Caceres;142 Cadiz Cadiz;143 Cantabria Cantabria;144 Castellon Castellon;\
        145 Ceuta Ceuta;146 Ciudad_Real Ciudad Real;147 Cordoba Cordoba;148 Cuenca Cuenca;149 Girona Girona;\
        150 Granada Granada;151 Guadalajara Guadalajara;152 Guipuzcoa Guipuzcoa;153 Huelva Huelva;\
        154 Huesca Huesca;155 Jaen Jaen;156 La_Rioja La Rioja;157 Las_Palmas Las Palmas;158 Leon Leon;\
        159 Lleida Lleida;160 Lugo Lugo;161 Madrid Madrid;162 Malaga Malaga;163 Melilla Melilla;\
        164 Murcia Murcia;165 Navarra Navarra;166 Ourense Ourense;167 Palencia Palencia;\
        168 Pontevedra Pontevedra;169 Salamanca Salamanca;170 Santa_Cruz_de_Tenerife Santa Cruz de Tenerife;\
        171 Segovia Segovia;172 Sevilla Sevilla;173 Soria Soria;174 Tarragona Tarragona;175 Teruel Teruel;\
        176 Toledo Toledo;177 Valencia Valencia;178 Valladolid Valladolid;179 Vizcaya Vizcaya;180 Zamora Zamora;\
        181 Zaragoza Zaragoza",
    ),
    (
        "FR",
        "182 1 Ain;183 2 Aisne;184 3 Allier;187 6 Alpes-Maritimes;185 4 Alpes-de-Haute-Provence;189 8 Ardennes;\
        188 7 Ardèche;190 9 Ariège;191 10 Aube;192 11 Aude;193 12 Aveyron;249 67 Bas-Rhin;\
        194 13 Bouches-du-Rhône;195 14 Calvados;196 15 Cantal;197 16 Charente;198 17 Charente-Maritime;\
        199 18 Cher;200 19 Corrèze;201 2A Corse-du-Sud;205 23 Creuse;203 21 Côte-d'Or;204 22 Côtes-d'Armor;\
        261 79 Deux-Sèvres;206 24 Dordogne;207 25 Doubs;208 26 Drôme;273 91 Essonne;209 27 Eure;\
        210 28 Eure-et-Loir;211 29 Finistère;212 30 Gard;214 32 Gers;215 33 Gironde;250 68 Haut-Rhin;\
        202 2B Haute-Corse;213 31 Haute-Garonne;225 43 Haute-Loire;234 52 Haute-Marne;256 74 Haute-Savoie;\
        252 70 Haute-Saône;269 87 Haute-Vienne;186 5 Hautes-Alpes;247 65 Hautes-Pyrénées;274 92 Hauts-de-Seine;\
        216 34 Hérault;217 35 Ille-et-Vilaine;218 36 Indre;219 37 Indre-et-Loire;220 38 Isère;221 39 Jura;\
        222 40 Landes;223 41 Loir-et-Cher;224 42 Loire;226 44 Loire-Atlantique;227 45 Loiret;228 46 Lot;\
        229 47 Lot-et-Garonne;230 48 Lozère;231 49 Maine-et-Loire;232 50 Manche;233 51 Marne;235 53 Mayenne;\
        236 54 Meurthe-et-Moselle;237 55 Meuse;238 56 Morbihan;239 57 Moselle;240 58 Nièvre;241 59 Nord;\
        242 60 Oise;243 61 Orne;257 75 Paris;244 62 Pas-de-Calais;245 63 Puy-de-Dôme;\
        246 64 Pyrénées-Atlantiques;248 66 Pyrénées-Orientales;251 69 Rhône;254 72 Sarthe;255 73 Savoie;\
        253 71 Saône-et-Loire;258 76 Seine-Maritime;275 93 Seine-Saint-Denis;259 77 Seine-et-Marne;262 80 Somme;\
        263 81 Tarn;264 82 Tarn-et-Garonne;272 90 Territoire-de-Belfort;277 95 Val-d'Oise;276 94 Val-de-Marne;\
        265 83 Var;266 84 Vaucluse;267 85 Vendée;268 86 Vienne;270 88 Vosges;271 89 Yonne;260 78 Yvelines",
    ),
    (
        "US",
        "1 AL Alabama;2 AK Alaska;3 AS American Samoa;4 AZ Arizona;5 AR Arkansas;6 AF Armed Forces Africa;\
        7 AA Armed Forces Americas;8 AC Armed Forces Canada;9 AE Armed Forces Europe;\
        10 AM Armed Forces Middle East;11 AP Armed Forces Pacific;12 CA California;13 CO Colorado;\
        14 CT Connecticut;15 DE Delaware;16 DC District of Columbia;17 FM Federated States Of Micronesia;\
        18 FL Florida;19 GA Georgia;20 GU Guam;21 HI Hawaii;22 ID Idaho;23 IL Illinois;24 IN Indiana;25 IA Iowa;\
        26 KS Kansas;27 KY Kentucky;28 LA Louisiana;29 ME Maine;30 MH Marshall Islands;31 MD Maryland;\
        32 MA Massachusetts;33 MI Michigan;34 MN Minnesota;35 MS Mississippi;36 MO Missouri;37 MT Montana;\
        38 NE Nebraska;39 NV Nevada;40 NH New Hampshire;41 NJ New Jersey;42 NM New Mexico;43 NY New York;\
        44 NC North Carolina;45 ND North Dakota;46 MP Northern Mariana Islands;47 OH Ohio;48 OK Oklahoma;\
        49 OR Oregon;50 PW Palau;51 PA Pennsylvania;52 PR Puerto Rico;53 RI Rhode Island;54 SC South Carolina;\
        55 SD South Dakota;56 TN Tennessee;57 TX Texas;58 UT Utah;59 VT Vermont;60 VI Virgin Islands;\
        61 VA Virginia;62 WA Washington;63 WV West Virginia;64 WI Wisconsin;65 WY Wyoming",
    ),
];

#[cfg(test)]
mod tests {
    use super::{REGIONS, find};

    #[test]
    fn is_as_long_as_the_recorded_directory() {
        let of = |country| REGIONS.iter().filter(|region| region.country == country).count();
        assert_eq!((of("US"), of("DE"), of("CH"), of("GB")), (65, 16, 26, 0));
        assert_eq!(find(257).map(|region| region.name), Some("Paris"));
    }
}
