// Shows every instant of the page in the reader's own time zone.

export function localTime(iso, language) {
  const options = { dateStyle: 'full', timeStyle: 'short' };
  return new Intl.DateTimeFormat(language || document.documentElement.lang, options).format(new Date(iso));
}

export function showLocalTimes() {
  for (const element of document.querySelectorAll('time[data-local]')) {
    element.textContent = localTime(element.dateTime);
  }
}

showLocalTimes();
