FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:20-slim
ENV NODE_ENV=production HOST=0.0.0.0 VIGIL_HOME=/var/lib/vigil
WORKDIR /app
RUN install -d -o node -g node /var/lib/vigil
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/db/migrations ./db/migrations
COPY --from=build /app/prompts ./prompts
COPY --from=build /app/dist ./dist
USER node
VOLUME /var/lib/vigil
EXPOSE 3000
# For the roles that serve; the others bring their own check (docker-compose.yml).
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The bundle itself, not npm: signals reach the process, and a stop drains.
ENTRYPOINT ["node", "--enable-source-maps", "dist/vigil.mjs"]
CMD ["start"]
