// Owns: where the cursor stands when a form comes back with errors: in the first field that needs a look.

document.querySelector('main [aria-invalid="true"]')?.focus();
