// Shows every instant of the page in the reader's own time zone.

/** The page's language, as the reader's region writes it. */
export function locale() {
  const language = document.documentElement.lang;
  return navigator.language.split('-')[0] === language ? navigator.language : language;
}

export function localTime(iso) {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'full', timeStyle: 'short' }).format(new Date(iso));
}

export function showLocalTimes() {
  for (const element of document.querySelectorAll('time[data-local]')) {
    element.textContent = localTime(element.dateTime);
  }
}

showLocalTimes();
