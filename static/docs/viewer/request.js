// A request made of what the reader filled in: sent by the browser, and written as a line for a shell.
// Both are made of the same parts, so that the line does what the button does.

const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** What is sent as a file while none is chosen. */
const SAMPLE = { name: 'example.txt', type: 'text/plain' };

/**
 * The parts of a request.
 * `values`: texts by "<where>:<name>", an empty one is left out; `files`: chosen files by name; `json`: the body, where it is JSON.
 */
export function requestOf(operation, { values, files, json, way, token }) {
  const filled = (place) => operation.parameters.filter((one) => one.in === place).map((one) => [one.name, values[`${place}:${one.name}`] ?? '']);
  const path = filled('path').reduce((path, [name, value]) => path.replace(`{${name}}`, encode(value)), operation.path);
  const query = filled('query').filter(([, value]) => value !== '').map(([name, value]) => `${encode(name)}=${encode(value)}`);
  const headers = filled('header').filter(([, value]) => value !== '');
  if (way && token) headers.push([way.header, `${way.before}${token}`]);
  const address = `${operation.prefix}${path}${query.length ? `?${query.join('&')}` : ''}`;
  return { verb: operation.verb, address, headers, body: bodyOf(operation.body, values, files, json), isDownload: isDownload(operation) };
}

/** Whether a success is a file. */
function isDownload(operation) {
  const type = operation.answers.find((answer) => answer.status < '300')?.type;
  return type !== undefined && !type.endsWith('json');
}

function bodyOf(body, values, files, json) {
  if (!body) return null;
  if (body.type.endsWith('json')) return json.trim() ? { kind: 'json', type: body.type, text: json } : null;
  const fields = body.fields.map((field) => ({ name: field.name, text: values[`body:${field.name}`] ?? '', file: files[field.name], isFile: field.isFile }));
  const sent = fields.filter((field) => field.file || field.text !== '');
  if (!sent.length) return null;
  return { kind: body.type.startsWith('multipart/') ? 'multipart' : 'form', fields: sent };
}

/** What `fetch` takes. */
export function fetchOf(request) {
  const headers = [...request.headers];
  const init = { method: request.verb, headers, credentials: 'omit', cache: 'no-store' };
  const { body } = request;
  if (body?.kind === 'json') {
    headers.push(['Content-Type', body.type]);
    init.body = body.text;
  } else if (body?.kind === 'form') {
    init.body = new URLSearchParams(body.fields.map((field) => [field.name, field.text]));
  } else if (body) {
    init.body = new FormData();
    for (const field of body.fields) {
      if (!field.isFile) init.body.append(field.name, field.text);
      else init.body.append(field.name, field.file ?? new File([field.text], SAMPLE.name, { type: SAMPLE.type }));
    }
  }
  return init;
}

/** A text as one word of a shell. */
export const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** A text as curl takes it in a part of a form: between quotation marks. */
const inPart = (text) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

function wordsOfBody(body) {
  switch (body?.kind) {
    case 'json':
      return [['-H', quoted(`Content-Type: ${body.type}`)], ['--data-raw', quoted(body.text)]];
    case 'form':
      return body.fields.map((field) => ['--data-urlencode', quoted(`${field.name}=${field.text}`)]);
    case 'multipart':
      return body.fields.map((field) => {
        if (!field.isFile) return ['--form-string', quoted(`${field.name}=${field.text}`)];
        if (field.file) return ['-F', quoted(`${field.name}=@${inPart(field.file.name)}`)];
        return ['-F', quoted(`${field.name}=${inPart(field.text)};filename=${SAMPLE.name};type=${SAMPLE.type}`)];
      });
    default:
      return [];
  }
}

/** The line for a shell; `base` is where the server is. Long lines go on in the next. */
export function curlOf(request, base) {
  // A file is saved under the name that it has, instead of being poured into a terminal.
  const first = ['curl -sS', request.verb !== 'GET' && `-X ${request.verb}`, request.isDownload && '-OJ'].filter(Boolean).join(' ');
  const headers = request.headers.map(([name, value]) => ['-H', quoted(`${name}: ${value}`)]);
  const words = [...headers, ...wordsOfBody(request.body)].map((pair) => pair.join(' '));
  return [`${first} ${quoted(base + request.address)}`, ...words].join(' \\\n  ');
}
