import { paths } from '../../protocol/paths.ts'
import { type Integration, lines, listeningAt, type Snippet } from './snippet.ts'

export const authlib = (integration: Integration): Snippet => {
  const { issuer, clientId, redirectUri, scopes, secretVariable } = integration
  const { port, pathname } = listeningAt(integration)
  return {
    id: 'authlib',
    label: 'Authlib',
    about: 'Python with Flask: people sign in with a code and PKCE.',
    install: 'pip install authlib flask requests',
    file: 'app.py',
    code: lines(
      'import os',
      '',
      'from authlib.integrations.flask_client import OAuth',
      'from flask import Flask, jsonify, redirect, session',
      '',
      'app = Flask(__name__)',
      'app.secret_key = os.urandom(32)',
      'app.config["SESSION_COOKIE_NAME"] = "app_session"',
      'oauth = OAuth(app)',
      'oauth.register(',
      '    "latchkey",',
      `    client_id="${clientId}",`,
      secretVariable
        ? `    client_secret=os.environ["${secretVariable}"],`
        : '    token_endpoint_auth_method="none",',
      `    server_metadata_url="${issuer}${paths.openidConfiguration}",`,
      `    client_kwargs={"scope": "${scopes.join(' ')}", "code_challenge_method": "S256"},`,
      ')',
      '',
      '',
      '@app.get("/sign-in")',
      'def sign_in():',
      `    return oauth.latchkey.authorize_redirect("${redirectUri}")`,
      '',
      '',
      `@app.get("${pathname}")`,
      'def callback():',
      '    token = oauth.latchkey.authorize_access_token()',
      '    session["user"] = dict(token["userinfo"])',
      '    return redirect("/")',
      '',
      '',
      '@app.get("/")',
      'def home():',
      '    return jsonify(session.get("user"))',
      '',
      '',
      `app.run(port=${port})`,
      '',
    ),
  }
}

export const authlibCredentials = ({ issuer, clientId, scopes }: Integration): Snippet => ({
  id: 'authlib',
  label: 'Authlib',
  about: 'Python: a token for the program itself.',
  install: 'pip install authlib requests',
  file: 'token.py',
  code: lines(
    'import os',
    '',
    'from authlib.integrations.requests_client import OAuth2Session',
    '',
    `client = OAuth2Session("${clientId}", os.environ["CLIENT_SECRET"]${scopes.length > 0 ? `, scope="${scopes.join(' ')}"` : ''})`,
    `token = client.fetch_token("${issuer}${paths.token}", grant_type="client_credentials")`,
    'print(token["expires_in"])',
    '',
  ),
})
