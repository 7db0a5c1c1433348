// Everything here is comfort: each page reads, and each button works, without it.
import { startLive } from "./live.js";
import { startFilter } from "./filter.js";
import { startForms } from "./forms.js";
import { startTheme } from "./theme-switch.js";
import { startTimes } from "./times.js";

startTheme();
startTimes();
startFilter();
startForms();
startLive();
