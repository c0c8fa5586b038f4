// Owns: which behaviours there are. Each enhances markup that works without it and does nothing where that is absent.
// The order matters once: `busy` looks at submits last, when the others have taken theirs.
import "./menus.js";
import "./flash.js";
import "./search.js";
import "./suggest.js";
import "./times.js";
import "./autosubmit.js";
import "./errors.js";
import "./reveal.js";
import "./channel-form.js";
import "./dialog.js";
import "./integration-form.js";
import "./check-connection.js";
import "./integration-dialog.js";
import "./integration-row.js";
import "./live.js";
import "./follow.js";
import "./opens.js";
import "./local-time.js";
import "./grid.js";
import "./copy.js";
import "./here.js";
import "./busy.js";
