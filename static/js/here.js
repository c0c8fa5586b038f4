// Owns: the address of a page that answered a form with something that is shown once. Reloaded, it would send the form again and
// make another one.
const here = document.querySelector("main [data-here]")?.dataset.here;
if (here) history.replaceState(history.state, "", here);
