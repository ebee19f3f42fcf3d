// Wakes the components up. Every page works without it.
import { initAll, isSupported } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled");
if (isSupported()) {
  document.body.classList.add("govuk-frontend-supported");
}
initAll();
