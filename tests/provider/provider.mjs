// A second OpenID Connect provider, written by others: npm's oidc-provider, with people and claims as DfE Sign-in has
// them. Says its address on standard output. tests/sign-in-provider installs what it needs and runs the test.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const organisation = (name, more = {}) => ({
  id: `0000-${name.length}-${name.toLowerCase().replaceAll(' ', '-')}`,
  name,
  category: { id: '001', name: 'Establishment' },
  ...more,
});

const people = {
  ada: { name: 'Ada Example', email: 'ada@provider.example', roles: [{ code: 'lead_provider' }], organisation: organisation('Teach First', { ukprn: '10024318' }) },
  cleo: { given_name: 'Cleo', family_name: 'Sample', email: 'cleo@school.example', roles: ['induction_tutor'], organisation: organisation('Example School', { urn: '100120' }) },
  dora: { name: 'Dora Desk', email: 'dora@education.example', roles: [{ code: 'support', name: 'Support' }], organisation: organisation('Department for Education') },
  nobody: { name: 'No Address', roles: ['lead_provider'], organisation: organisation('Teach First') },
};

const configuration = {
  clients: [{ client_id: 'ledger', client_secret: process.env.CLIENT_SECRET, redirect_uris: [process.env.REDIRECT_URI] }],
  claims: { openid: ['sub'], profile: ['name', 'given_name', 'family_name'], email: ['email'], organisation: ['organisation', 'roles'] },
  // By the book what is known of a person is told when asked; some providers put it into the token.
  conformIdTokenClaims: process.env.CLAIMS_IN_TOKEN !== 'yes',
  pkce: { required: () => true },
  cookies: { keys: ['for tests alone'] },
  findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ accountId: ctx.oidc.session.accountId, clientId: ctx.oidc.client.clientId });
    grant.addOIDCScope('openid profile email organisation');
    await grant.save();
    return grant;
  },
};

// The address is a part of what the provider says of itself, so that it must be known first.
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  server.on('request', new Provider(issuer, configuration).callback());
  console.log(issuer);
});
