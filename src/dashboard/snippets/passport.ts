import { paths } from '../../protocol/paths.ts'
import { expressPath, type Integration, listeningAt, quoted, type Snippet } from './snippet.ts'

export const passport = (integration: Integration): Snippet => {
  const { issuer, clientId, redirectUri, scopes } = integration
  const { port, pathname } = listeningAt(integration)
  return {
    id: 'passport',
    label: 'Passport',
    about: 'Express with Passport, for an application that has other strategies as well.',
    install: 'npm install passport passport-openidconnect express express-session',
    file: 'app.mjs',
    code: `import { randomUUID } from 'node:crypto'
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import OpenIDConnectStrategy from 'passport-openidconnect'

passport.use(
  new OpenIDConnectStrategy(
    {
      issuer: '${issuer}',
      authorizationURL: '${issuer}${paths.authorize}',
      tokenURL: '${issuer}${paths.token}',
      userInfoURL: '${issuer}${paths.userinfo}',
      clientID: '${clientId}',
      clientSecret: process.env.CLIENT_SECRET,
      callbackURL: ${quoted(redirectUri)},
      // It adds openid by itself.
      scope: '${scopes.filter((scope) => scope !== 'openid').join(' ')}',
    },
    (issuer, profile, done) => done(null, { id: profile.id, emails: profile.emails }),
  ),
)
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user, done) => done(null, user))

const app = express()
app.use(session({ secret: randomUUID(), name: 'app_session', resave: false, saveUninitialized: false }))
app.use(passport.session())

app.get('/sign-in', passport.authenticate('openidconnect'))
app.get(${expressPath(pathname)}, passport.authenticate('openidconnect', { successRedirect: '/', failWithError: true }))
app.get('/', (request, response) => response.json(request.user ?? null))

app.listen(${port}, () => console.log('Listening'))
`,
  }
}
