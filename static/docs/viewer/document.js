// What an OpenAPI document says, without `$ref`s in the way. Nothing here knows the page.

const VERBS = ['get', 'put', 'post', 'delete', 'patch'];
const HOPS = 16;

/** A document, read once. */
export class Reference {
  constructor(tree) {
    this.tree = tree;
    this.info = tree.info;
    this.operations = Object.entries(tree.paths).flatMap(([path, verbs]) =>
      VERBS.filter((verb) => verbs[verb]).map((verb) => this.#operation(path, verb, verbs[verb])));
    this.tags = (tree.tags ?? []).map((tag) => ({ ...tag, operations: this.operations.filter((one) => one.tag === tag.name) }));
    this.schemas = Object.entries(tree.components?.schemas ?? {}).map(([name, schema]) => ({ name, schema }));
    this.unrouted = this.#answers(tree['x-crosstalk-unrouted'] ?? {});
    this.schemes = Object.entries(tree.components?.securitySchemes ?? {}).map(([name, scheme]) => ({ name, ...wayIn(scheme), description: scheme.description }));
  }

  /** What a `$ref` leads to, or the thing itself. A chain of references that comes back to itself ends. */
  resolve(thing) {
    for (let hop = 0; thing?.$ref && hop < HOPS; hop += 1) {
      const { $ref, ...beside } = thing;
      const target = $ref.slice(2).split('/').reduce((found, key) => found?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], this.tree);
      thing = { ...target, ...beside };
    }
    return thing ?? {};
  }

  #operation(path, verb, said) {
    const parameters = (said.parameters ?? []).map((one) => this.resolve(one));
    return {
      id: said.operationId,
      verb: verb.toUpperCase(),
      path,
      prefix: pathOf(said.servers?.[0]?.url ?? this.tree.servers?.[0]?.url ?? ''),
      tag: said.tags?.[0],
      summary: said.summary ?? said.operationId,
      description: said.description ?? '',
      scopes: said['x-scopes'] ?? [],
      parameters: parameters.map((one) => ({ ...one, schema: this.resolve(one.schema), example: one.example ?? one.schema?.example })),
      body: this.#body(said.requestBody),
      answers: this.#answers(said.responses ?? {}),
      ways: (said.security ?? this.tree.security ?? []).flatMap((one) => Object.keys(one)),
    };
  }

  #body(said) {
    if (!said) return null;
    const body = this.resolve(said);
    const [type, media] = Object.entries(body.content ?? {})[0] ?? [];
    if (!type) return null;
    const schema = this.resolve(media.schema);
    const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
      const resolved = this.resolve(field);
      return { name, schema: resolved, isFile: resolved.format === 'binary', isRequired: schema.required?.includes(name) ?? false };
    });
    return { type, isRequired: body.required ?? false, description: body.description, schema: media.schema, fields, examples: this.#examples(media, fields) };
  }

  /** Examples by name: those that are written down, else one of the fields' own. */
  #examples(media, fields) {
    if (media.example !== undefined) return [{ name: '', value: media.example }];
    const named = Object.entries(media.examples ?? {}).map(([name, one]) => ({ name, summary: one.summary, value: this.resolve(one).value }));
    if (named.length || !fields.length) return named;
    const shown = fields.filter((field) => field.schema.example !== undefined && !field.isFile);
    return shown.length ? [{ name: '', value: Object.fromEntries(shown.map((field) => [field.name, field.schema.example])) }] : [];
  }

  #answers(said) {
    return Object.entries(said).map(([status, answer]) => {
      const resolved = this.resolve(answer);
      const [type, media] = Object.entries(resolved.content ?? {})[0] ?? [];
      const headers = Object.entries(resolved.headers ?? {}).map(([name, header]) => ({ name, ...this.resolve(header) }));
      return { status, description: resolved.description ?? '', type, schema: media?.schema, headers, examples: media ? this.#examples(media, []) : [] };
    });
  }
}

/** How a caller signs in: the header, and what stands before the token in it. */
function wayIn(scheme) {
  return scheme.type === 'http' ? { header: 'Authorization', before: 'Bearer ' } : { header: scheme.name, before: '' };
}

/** The path of an address, without a slash at the end. */
const pathOf = (url) => url.replace(/^https?:\/\/[^/]*/, '').replace(/\/$/, '');

/** A value as one types it into a field: texts as they are, everything else as JSON. */
export const typed = (value) => (value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value));
