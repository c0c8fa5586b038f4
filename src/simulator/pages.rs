//! HTML that stores and the machines in front of them answer instead of XML; none of it well-formed XML.

/// A shop's own 404.
pub(super) const NOT_FOUND: &str = "<!DOCTYPE html>
<html lang=\"en\" class=\"no-js\">
<head>
<meta charset=\"utf-8\">
<title>404 Not Found</title>
<link rel=\"stylesheet\" href=\"/skin/styles.css\">
</head>
<body>
<h1>We looked everywhere & found nothing</h1>
<p>The page you asked for is not part of this shop.<br>
Try the search, or go <a href=/>back to the front page</a>.
<script>if (1 < 2 && window.shop) { shop.notFound(); }</script>
</body>
</html>
";

/// What `maintenance.flag` shows.
pub(super) const MAINTENANCE: &str = "<!DOCTYPE html>
<html><head><title>503: Service Temporarily Unavailable</title></head>
<body><h1>Service Temporarily Unavailable</h1>
<p>The server is temporarily unable to service your request due to maintenance downtime. Please try again later.<br>
</body></html>
";

/// nginx without a PHP behind it.
pub(super) const BAD_GATEWAY: &str = "<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>nginx/1.22.1</center>
</body>
</html>
";

/// A staging shop behind a password.
pub(super) const UNAUTHORIZED: &str = "<html>
<head><title>401 Authorization Required</title></head>
<body>
<center><h1>401 Authorization Required</h1></center>
<hr><center>nginx/1.22.1</center>
</body>
</html>
";

/// A web firewall that takes the client for a robot.
pub(super) const CHALLENGE: &str = "<!DOCTYPE html>
<html lang=\"en-US\"><head><title>Just a moment...</title>
<meta name=\"robots\" content=\"noindex,nofollow\"></head>
<body class=\"no-js\"><div class=\"main-wrapper\"><h2>Checking if the site connection is secure</h2>
<noscript>Enable JavaScript and cookies to continue</noscript><br>
</div></body></html>
";

/// PHP with `display_errors` on.
pub(super) const NOTICE: &str = "<br />
<b>Deprecated</b>:  Function strftime() is deprecated in <b>/var/www/shop/lib/Zend/Date.php</b> on line <b>124</b><br />
";
