// A certified OpenID provider on this machine: `node provider.mjs PORT CLIENT-ADDRESS CLIENT-SECRET`.
//
// POST /test/keys changes its key, POST /test/spoil?how=... has it give out ID tokens that nobody may accept.
import { randomUUID } from 'node:crypto';
import http from 'node:http';

import * as jose from 'jose';
import Provider from 'oidc-provider';

const [port, client, secret] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;

const accounts = {
  frida: { email: 'Frida@example.org', email_verified: true },
  arne: { email: 'arne@example.org', email_verified: true, groups: ['others', 'analysts'] },
  lars: { email: 'frida@example.org', email_verified: false },
  pia: { pid: '01010112345' },
  ukjent: { email: 'ukjent@example.org', email_verified: true, groups: 'analysts-of-another-kind' },
};

let privateKey;
let kid;
let provider;
let how = '';

async function changeKeys() {
  ({ privateKey } = await jose.generateKeyPair('RS256', { extractable: true }));
  kid = randomUUID();
  const key = { ...(await jose.exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid };
  provider = new Provider(issuer, {
    clients: [{
      client_id: 'kompetanse',
      client_secret: secret,
      redirect_uris: [`${client}/jobbkonto/svar`],
      post_logout_redirect_uris: [`${client}/inn`],
    }],
    jwks: { keys: [key] },
    cookies: { keys: ['only in tests'] },
    pkce: { required: () => true },
    acrValues: ['high'],
    claims: { acr: null, openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'], pid: ['pid'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
    // Nobody is asked whether we may know what we ask for.
    async loadExistingGrant(ctx) {
      if (!ctx.oidc.session.accountId) return undefined;
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope('openid email groups pid');
      await grant.save();
      return grant;
    },
  });
  provider.use(async (ctx, next) => {
    await next();
    if (how && ctx.oidc?.route === 'token' && ctx.body?.id_token) {
      ctx.body = { ...ctx.body, id_token: await spoiled(ctx.body.id_token) };
    }
    if (how === 'somebody else' && ctx.oidc?.route === 'userinfo') ctx.body = { ...ctx.body, sub: 'arne' };
  });
}

async function spoiled(token) {
  const claims = jose.decodeJwt(token);
  const [header, payload, signature] = token.split('.');
  const signed = (changes, key = privateKey, alg = 'RS256') => new jose.SignJWT({ ...claims, ...changes })
    .setProtectedHeader({ alg, kid }).sign(key);
  const now = Math.floor(Date.now() / 1000);
  switch (how) {
    case 'expired': return signed({ iat: now - 7200, exp: now - 3600 });
    case 'other audience': return signed({ aud: 'another-client' });
    case 'other party': return signed({ aud: ['kompetanse', 'another-client'], azp: 'another-client' });
    case 'other issuer': return signed({ iss: 'https://login.example.org' });
    case 'other nonce': return signed({ nonce: 'of another attempt' });
    case 'no nonce': return signed({ nonce: undefined });
    case 'alg none': return `${jose.base64url.encode(JSON.stringify({ alg: 'none' }))}.${payload}.`;
    case 'our secret': return signed({}, new TextEncoder().encode(secret.padEnd(32, ' ')), 'HS256');
    case 'other key': return signed({}, (await jose.generateKeyPair('RS256')).privateKey);
    case 'changed claims': return [header, jose.base64url.encode(JSON.stringify({ ...claims, exp: claims.exp + 1 })), signature].join('.');
    case 'no token': return undefined;
    case 'no text': return 'x';
    default: return token;
  }
}

await changeKeys();
http.createServer(async (request, response) => {
  const address = new URL(request.url, issuer);
  if (!address.pathname.startsWith('/test/')) return provider.callback()(request, response);
  if (address.pathname === '/test/keys') await changeKeys();
  how = address.searchParams.get('how') ?? '';
  return response.end('done\n');
}).listen(port, 'localhost', () => console.log('ready'));
