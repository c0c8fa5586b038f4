//! `cartwright demo`: the CRM with an imitation store beside it, people who work there, and a channel that is already
//! synchronizing.

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context;
use chrono::NaiveDate;
use secrecy::SecretString;
use tokio::net::TcpListener;

use crate::app::{self, App};
use crate::base::clock;
use crate::base::email::Email;
use crate::config::Serve;
use crate::crm::channels::{self, ChannelType, NewChannel, Priority, Secrets, Settings, StoreFacts};
use crate::crm::users::{self, NewUser, Password, Role, UserError};
use crate::simulator::{self, Options};
use crate::web::Web;

/// What the demo's people sign in with.
pub const PASSWORD: &str = "wheel and axle";
/// The demo's administrator.
pub const ADMINISTRATOR: &str = "demo@cartwright.example";

const PEOPLE: [(&str, &str, Role); 4] = [
    ("Jack Johnson", ADMINISTRATOR, Role::Administrator),
    ("Ingrid Solheim", "manager@cartwright.example", Role::Manager),
    ("Femke de Boer", "sales@cartwright.example", Role::Sales),
    ("Tomás Vidal", "viewer@cartwright.example", Role::Viewer),
];

/// Starts everything; returns when somebody asks it to stop.
///
/// # Errors
/// With what to do about it.
pub async fn run(mut config: Serve, store_bind: SocketAddr, customers: u32) -> anyhow::Result<()> {
    let asked = tokio::spawn(app::asked_to_stop());
    config.allow_private_stores = true;
    let listener = TcpListener::bind(store_bind)
        .await
        .with_context(|| format!("{store_bind} cannot be listened on; choose another --store-bind"))?;
    let address = listener.local_addr()?;
    // with the bridge, so that every page has something to show; one without it: `cartwright simulate`
    let today = Some(origin(&config.storage.data_dir)?);
    let options = Options { customers, today, bridge: Some("1.2.19".to_owned()), ..Options::default() };
    let store = tokio::spawn(simulator::serve(listener, options.clone(), std::future::pending()));
    let wsdl = format!("http://{address}/index.php/api/v2_soap/?wsdl=1");
    // by another name than the one that is printed: a store has one channel for each website, and this one is to be connected
    // by hand as well
    let own = wsdl.replace("127.0.0.1", "localhost");
    let app = App::start_with(&config, async |web: &mut Web| {
        web.welcome =
            Some(format!("This is the demo. Sign in as {ADMINISTRATOR} with the password “{PASSWORD}”."));
        furnish(web, &own, &options).await
    })
    .await?;
    print_the_way(&app, address, &wsdl, &options);
    asked.await?;
    app.stop().await;
    store.abort();
    Ok(())
}

/// When the store was made, kept for the next start: its data hang on it, and with others it would be taken for another store.
fn origin(data_dir: &Path) -> anyhow::Result<i64> {
    let file = data_dir.join("store.origin");
    let told = || format!("{} cannot be used; without it the store is made anew", file.display());
    match fs::read_to_string(&file) {
        Ok(text) => text.trim().parse().with_context(told),
        Err(problem) if problem.kind() == ErrorKind::NotFound => {
            let now = clock::now().timestamp();
            fs::create_dir_all(data_dir)
                .and_then(|()| fs::write(&file, format!("{now}\n")))
                .with_context(told)?;
            Ok(now)
        }
        Err(problem) => Err(problem).with_context(told),
    }
}

/// People, and a channel on the store. What is there already stays as it is.
async fn furnish(web: &Web, wsdl: &str, options: &Options) -> anyhow::Result<()> {
    let mut tx = web.pool.begin().await?;
    if users::any_user(&mut tx).await? {
        return Ok(());
    }
    let mut owner = None;
    for (name, email, role) in PEOPLE {
        let email = Email::parse(email)?;
        let password = Password::parse(&SecretString::from(PASSWORD), name, email.as_str())?;
        let user = NewUser { name: name.to_owned(), email, role, password };
        match users::save_user(&mut tx, &web.passwords, &user).await {
            Ok(id) => owner = owner.or(Some(id)),
            Err(UserError::EmailTaken) => {}
            Err(problem) => return Err(problem.into()),
        }
    }
    let owner = owner.context("the demo's administrator is missing")?;
    let channel = NewChannel {
        name: "John & Sons".to_owned(),
        channel_type: ChannelType::Magento,
        active: true,
        entities: ChannelType::Magento.entities().to_vec(),
    };
    let id = channels::insert(&mut tx, owner, &channel).await?;
    let settings = Settings {
        name: "John & Sons Magento Store".to_owned(),
        wsdl_url: wsdl.to_owned(),
        api_user: options.api_user.clone(),
        wsi: false,
        sync_start_date: NaiveDate::from_ymd_opt(2007, 1, 1).unwrap_or_default(),
        website_id: None,
        admin_url: None,
        owner_id: owner,
        two_way: false,
        priority: Priority::Remote,
        basic_auth_user: None,
        ca_certificate: None,
        calls_at_once: None,
        requests_per_minute: None,
        interval_seconds: None,
        guest_customers: true,
        order_notes: true,
        split_by_name: Vec::new(),
        quiet: None,
        cart_budget: None,
        field_rules: std::collections::BTreeMap::new(),
    };
    let secrets = Secrets { api_key: SecretString::from(options.api_key.clone()), basic_auth_password: None };
    channels::insert_integration(&mut tx, &web.vault, id, &settings, &secrets, &StoreFacts::default())
        .await?;
    tx.commit().await?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what a newcomer reads first; the log goes to standard error")]
fn print_the_way(app: &App, store: SocketAddr, wsdl: &str, options: &Options) {
    println!(
        "
  Cartwright is ready.

    Open          http://{address}
    Sign in       {ADMINISTRATOR}
    Password      {PASSWORD}

  An imitation Magento store runs at http://{store}; its customers are on their way into the CRM.
  To connect it by hand as a second channel (System, Channels, Create Channel):

    SOAP WSDL URL   {wsdl}
    SOAP API User   {user}
    SOAP API Key    {key}

  A second store, in WS-I mode: cartwright simulate --wsi --bind 127.0.0.1:8082
  Ctrl-C stops everything.
",
        address = app.address,
        user = options.api_user,
        key = options.api_key,
    );
}
