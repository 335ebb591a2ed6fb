# syntax=docker/dockerfile:1

# The same Node as the npm dependency "node" of package.json.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
# What there is to copy, .dockerignore says.
COPY . .
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Of the npm dependency "node" nothing is needed here: the image is that Node.
RUN npm ci --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/node node_modules/node-bin-* node_modules/.bin/node \
  && npm cache clean --force

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Latchkey" \
  org.opencontainers.image.description="A self-hosted OAuth 2.0 and OpenID Connect authorization server" \
  org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
# A container is reached from outside of itself, whatever the issuer. The directory is for the embedded store, which
# serves when there is no DATABASE_URL: mount a volume there to keep it.
ENV NODE_ENV=production \
  LATCHKEY_HOST=0.0.0.0 \
  LATCHKEY_DATA_DIR=/var/lib/latchkey
RUN install -d -o node -g node /var/lib/latchkey dist/compiled
USER node
# What a start compiles: nobody writes beside the program later on.
RUN node dist/src/main.js serve --help
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.LATCHKEY_PORT || 3000}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/src/main.js"]
CMD ["serve"]
