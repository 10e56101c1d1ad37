# The build checks of a Dockerfile, each explained; why a build fails, and what to do.

lint-consistent-instruction-casing = Docker does not care about capitals in the names of instructions, but a file that mixes `RUN` and `copy` is hard to read. Pick one way: everything in capitals is the custom.
lint-copy-ignored-file = `COPY` or `ADD` asks for a file that `.dockerignore` hides from the builder: it will not be found. Remove the pattern from `.dockerignore`, add an exception (`!file`), or copy something else.
lint-duplicate-stage-name = Two stages have the same name: `COPY --from` and `--target` can no longer mean the first one. Give each a name of its own.
lint-expose-invalid-format = `EXPOSE` announces a port of the container and nothing else: the host’s address and port are chosen at run time, with `docker run -p`. Write just `EXPOSE 80`.
lint-expose-proto-casing = The protocol of `EXPOSE` is written in small letters: `80/tcp`, `53/udp`.
lint-from-as-casing = `FROM … as` mixes capitals and small letters. Write `FROM … AS`: it means the same, and stages are easier to spot.
lint-from-platform-flag-const-disallowed = A platform written out in `FROM --platform` keeps the image from being built for another machine. Prefer `--platform=$BUILDPLATFORM`, or let `docker build --platform` decide.
lint-invalid-base-image-platform = The base image is made for another processor than the build’s: its programs cannot run. Pull it for the right platform.
lint-invalid-default-arg-in-from = Without `--build-arg` this `FROM` names no image. Give the `ARG` a default value: `ARG VERSION=latest`.
lint-invalid-definition-description = The comment right above an `ARG` or a `FROM` serves as its description (`docker build --call=outline`): it has to begin with the name. If it is not a description, leave an empty line after it.
lint-json-args-recommended = In shell form, `CMD` and `ENTRYPOINT` start `/bin/sh -c`: it is the shell that gets the signal of `docker stop`; your program does not hear it and is killed ten seconds later. The JSON form starts it directly: `CMD ["program", "argument"]`.
lint-legacy-key-value-format = `ENV name value` is the old way, which takes one variable a line only. Write `ENV name=value`.
lint-maintainer-deprecated = `MAINTAINER` is abandoned: a label says the same and `docker inspect` shows it. Write `LABEL org.opencontainers.image.authors="you"`.
lint-multiple-instructions-disallowed = A stage has one `CMD`, one `ENTRYPOINT` and one `HEALTHCHECK`: only the last one counts. Remove the others, which mislead the reader.
lint-no-empty-continuation = A line ends with `\` and the next one is empty. Docker still skips it, and will make an error of it one day. Remove the empty line, or put a comment in it.
lint-redundant-target-platform = `--platform=$TARGETPLATFORM` is the rule already: you can remove it.
lint-reserved-stage-name = `scratch` and `context` mean something to Docker (the empty image, the context): a stage of that name would be mistaken for them.
lint-secrets-used-in-arg-or-env = What an `ARG` or an `ENV` is given can be read in the image, by `docker history` or `docker inspect`. A secret is given for the time of one `RUN`: `RUN --mount=type=secret,id=token`, and `docker build --secret id=token,src=file`.
lint-stage-name-casing = The name of a stage is written in small letters, as Docker reads it: `FROM alpine AS workshop`.
lint-undefined-arg-in-from = `FROM` sees only the `ARG`s written before the first `FROM`. Declare this one at the top of the file, or correct its name.
lint-undefined-var = This variable has no value here: it will be replaced by nothing. A misspelling, or an `ARG` of another stage: each stage declares again those it uses.
lint-workdir-relative-path = A relative `WORKDIR` starts from the base image’s working directory, which its author may change one day. Begin with an absolute path: `WORKDIR /app`.

failure-build-context = `docker build` wants one context, the directory `COPY` takes its files from. The present directory is written `.`, at the end of the line.
failure-build-command-not-found = The command does not exist in the image at this step (code 127): { $command }. Is it installed by an earlier `RUN`? Is it spelt right?
failure-build-not-executable = The program exists but cannot be executed (code 126): { $command }. A copied file keeps its permissions: `COPY --chmod=755`, or `RUN chmod +x`.
failure-build-killed = The command was killed by signal { $signal } (code 128 + { $signal }). Signal 9 often means that memory ran out.
failure-build-run = The command of this `RUN` ended in error (code { $code }), and Docker stops at the first that fails. Its last lines, above, say why; the steps that succeeded are kept in the cache.
failure-build-source-missing = Nothing is called `{ $path }` in what is copied. The paths of `COPY` and `ADD` start from the context (the directory given to `docker build`), never from the Dockerfile’s directory.
failure-build-source-outside = `{ $path }` leads out of the context: the builder sees only the directory given to `docker build`. Give it a higher directory, or add `--build-context`.
failure-build-no-dockerfile = There is no file `{ $name }` in the context. It is called `Dockerfile`, without an extension; `-f` names another one.
failure-build-empty = The Dockerfile is empty: it needs at least a `FROM`.
failure-build-no-from = A Dockerfile begins with `FROM`: only `ARG`, comments and directives may come before.
failure-build-syntax = This line of the Dockerfile cannot be read. Check the instruction’s name, the number of words, the quotes, and the `\` at the end of a line that goes on.
failure-build-no-target = No stage is called `{ $name }`: the names are those after `AS`. The list: `docker build --call=targets .`
failure-build-no-base = The base image `{ $name }` is neither here nor in a registry that can be reached. Check its name and its tag.
failure-build-variable = A variable of this line cannot be replaced: a brace or a quote is missing, or a required value (`:?`) is.
failure-build-no-secret = This `RUN` requires the secret `{ $name }`: give it with `docker build --secret id={ $name },src=FILE`.
failure-build-download = This address did not answer as expected: { $url }. A build that downloads depends on the network: rather copy the file into the context.
failure-build-checksum = The file that came is not the one `--checksum` announces: it changed, or somebody replaced it. Do not use it before you know why.
failure-build-lint = The Dockerfile asks for warnings to be errors (`# check=error=true`). `explain` followed by the name of a rule tells why it is there.
failure-build-circular = The stage `{ $name }` needs itself. `COPY --from` can only name a stage written above.

explain-lint = A rule of the build checks. Docker’s page: { $address }
