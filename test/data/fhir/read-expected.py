"""Reads the health records of this folder with Python alone and writes expected/*.json: an opinion about them that is not Hale's."""
import collections, glob, gzip, hashlib, json, os

HERE = os.path.dirname(os.path.abspath(__file__))
WANTED = 14


def text(concept):
    if not concept:
        return ''
    codings = concept.get('coding', [])
    named = [c['display'] for c in codings if c.get('display')]
    codes = [c['code'] for c in codings if c.get('code')]
    return concept.get('text') or (named + codes + [''])[0]


def title(r):
    kind = r['resourceType']
    if kind == 'Immunization':
        return text(r['vaccineCode'])
    if kind.startswith('Medication') and kind != 'Medication':
        return text(r.get('medicationCodeableConcept'))
    return text(r.get('code')) if isinstance(r.get('code'), dict) else ''


def when(r):
    for field in ('onsetDateTime', 'effectiveDateTime', 'occurrenceDateTime', 'authoredOn', 'performedDateTime'):
        if r.get(field):
            return r[field]
    for field in ('onsetPeriod', 'effectivePeriod', 'performedPeriod', 'period'):
        if r.get(field):
            return r[field].get('start', '')
    return ''


def value(r):
    q = r.get('valueQuantity')
    if q and 'value' in q:
        number = q['value']
        shown = repr(int(number)) if float(number) == int(number) else repr(number)
        return ' '.join(x for x in (q.get('comparator', ''), shown, q.get('unit') or q.get('code', '')) if x)
    return text(r.get('valueCodeableConcept'))


def status(r):
    clinical = r.get('clinicalStatus', {}).get('coding', [{}])[0].get('code')
    return clinical or r.get('status', '')


def reading(resources, name, files):
    types = collections.Counter(r['resourceType'] for r in resources)
    told = [r for r in resources if title(r) and when(r) and r['resourceType'] not in ('Encounter', 'Claim')]
    # Spread over all types: every nth of those that have a name and a date.
    by_type = collections.defaultdict(list)
    for r in told:
        by_type[r['resourceType']].append(r)
    chosen = []
    while len(chosen) < WANTED and any(by_type.values()):
        for kind in sorted(by_type):
            if by_type[kind] and len(chosen) < WANTED:
                chosen.append(by_type[kind].pop(len(by_type[kind]) // 2))
    values = [{'type': r['resourceType'], 'title': title(r), 'when': when(r), 'status': status(r), 'value': value(r)
               if r['resourceType'] == 'Observation' and 'component' not in r else None} for r in chosen]
    patients = [{'name': p['name'][0], 'birthDate': p.get('birthDate')} for p in resources
                if p['resourceType'] == 'Patient' and p.get('name')]
    out = {'files': files, 'types': dict(sorted(types.items())), 'patients': patients, 'values': values}
    os.makedirs(os.path.join(HERE, 'expected'), exist_ok=True)
    with open(os.path.join(HERE, 'expected', name + '.expected.json'), 'w') as f:
        json.dump(out, f, indent=1, ensure_ascii=False)
        f.write('\n')


def original(path):
    raw = open(os.path.join(HERE, path), 'rb').read()
    return gzip.decompress(raw) if path.endswith('.gz') else raw


def told(path, raw):
    return {'path': path, 'sizeBytes': len(raw), 'sha256': hashlib.sha256(raw).hexdigest()}


def bundle(path, name):
    raw = original(path)
    reading([e['resource'] for e in json.loads(raw)['entry'] if 'resource' in e], name, [told(path, raw)])


for path in sorted(glob.glob(os.path.join(HERE, 'synthea', '*.gz'))):
    bundle(os.path.relpath(path, HERE), 'synthea-' + os.path.basename(path).split('_')[0].lower())
for path in sorted(glob.glob(os.path.join(HERE, 'ips', '*.json'))):
    bundle(os.path.relpath(path, HERE), 'ips-' + os.path.basename(path)[len('Bundle-'):-len('.json')].lower())

files, everything = [], []
for path in sorted(glob.glob(os.path.join(HERE, 'bulk-10', '*.gz'))):
    raw = original(os.path.relpath(path, HERE))
    files.append(told(os.path.relpath(path, HERE), raw))
    if 'log.ndjson' not in path:
        everything += [json.loads(line) for line in raw.decode().splitlines() if line.strip()]
reading(everything, 'bulk-10', files)
# Of one of its persons alone: what names her, and what names nobody.
person = next(p for p in everything if p['resourceType'] == 'Patient' and p['name'][0]['family'] == 'Streich926')
ref = 'Patient/' + person['id']


def concerns(r):
    for field in ('subject', 'patient', 'beneficiary', 'for', 'individual'):
        if isinstance(r.get(field), dict) and 'reference' in r[field]:
            return r[field]['reference'] == ref
    return r['resourceType'] != 'Patient' or r['id'] == person['id']


reading([r for r in everything if concerns(r)], 'bulk-10-streich', files)

singles = []
for path in sorted(glob.glob(os.path.join(HERE, 'hl7-examples', '*.json'))):
    raw = original(os.path.relpath(path, HERE))
    singles.append((json.loads(raw), told(os.path.relpath(path, HERE), raw)))
reading([r for r, _ in singles], 'hl7-examples', [f for _, f in singles])
