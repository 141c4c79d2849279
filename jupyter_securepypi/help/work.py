"""The commands for work that is sent away, for administrators, and to try it all."""

from __future__ import annotations

from .command import ADMINISTER, JOBS, TRY, Command

COMMANDS: dict[str, Command] = {
    "preview": Command(
        JOBS,
        "show the variables a SageMaker step gets, and who honours them",
        (
            ("preview training --route v3-model-trainer --image pytorch", "a training step"),
            ("preview processing", "a processing step, as far as it is known"),
        ),
    ),
    "bundle": Command(
        JOBS,
        "write the zip that installs inside SageMaker containers",
        (
            ("bundle -o securepypi.pyz", "one file, less than 80 KiB"),
            ("bundle --provider plain -o securepypi.pyz", "for an index that is given by its URL"),
        ),
    ),
    "lifecycle-config": Command(
        JOBS,
        "write the script that rolls this out in SageMaker Studio, and what attaches it",
        (
            ("lifecycle-config -o on-start.sh", "for every new space"),
            ("lifecycle-config --emit terraform -o on-start.sh", "and the Terraform that attaches it"),
        ),
        "lifecycle_config",
    ),
    "glue": Command(
        JOBS,
        "write a zip of wheels for Glue, proven, and say which job arguments use it",
        (
            ("glue -r requirements.txt -o packages.gluewheels.zip", "of what a file asks for"),
            ("glue -r pylock.toml --to s3://acme-jobs/wheels", "of a lock, with arguments that read it there"),
        ),
    ),
    "dockerfile": Command(
        JOBS,
        "print lines for a Dockerfile that install from the index and keep no token",
        (("dockerfile pip -r requirements.txt", "with pip"), ("dockerfile uv -r pylock.toml", "with uv")),
    ),
    "ci": Command(
        JOBS,
        "print a CI job that installs from the index and stores no secret",
        (
            ("ci github --role ROLE > .github/workflows/packages.yml", "for GitHub"),
            ("ci gitlab --role ROLE -r requirements.txt", "for GitLab"),
        ),
    ),
    "startup-script": Command(
        JOBS,
        "write the script that rolls this out in Vertex AI Workbench or Colab Enterprise",
        (
            ("startup-script --for workbench -o startup.sh", "for Workbench"),
            ("startup-script --for colab-enterprise -o startup.sh", "for Colab Enterprise"),
        ),
        "startup_script",
    ),
    "promote": Command(
        ADMINISTER,
        "copy packages that pass the gate, with what they need, from one repository to another",
        (
            (
                "promote -r requirements.txt --from pypi-store --to curated --plan",
                "only say what would be copied",
            ),
            ("promote -r pylock.toml --from pypi-store --to curated", "copy exactly what was locked"),
        ),
    ),
    "mirror": Command(
        ADMINISTER,
        "copy packages, with what they need, from public PyPI or another index",
        (
            (
                "mirror -r requirements.txt --to curated --minimum-age P7D --plan",
                "a week old at least; only say",
            ),
            ("mirror -r requirements.txt --folder wheels.zip", "onto a disk, for a network without internet"),
        ),
    ),
    "protect": Command(
        ADMINISTER,
        "keep upstreams from answering for your own names",
        (
            ("protect 'acme-*' --plan", "only say what would change"),
            ("protect acme-core acme-table", "these two"),
        ),
    ),
    "hub": Command(
        ADMINISTER,
        "show how every user's server of a JupyterHub stands",
        (
            ("hub --token-file /srv/jupyterhub/overview.token", "a line a server; 1 if one needs attention"),
            ("hub --token-file /srv/jupyterhub/overview.token --json", "for a program"),
        ),
    ),
    "iam-policy": Command(
        ADMINISTER,
        "print the IAM policy that a reader, publisher, promoter, protector or role needs",
        (
            ("iam-policy reader", "for whoever installs"),
            ("iam-policy publisher --terraform", "for whoever uploads, as Terraform"),
        ),
        "iam_policy",
    ),
    "terraform": Command(
        ADMINISTER,
        "write a repository, its policies and roles as Terraform",
        (
            ("terraform --readers WHO -o infrastructure", "into a folder"),
            ("terraform --help", "which kinds of readers, writers and upstreams there are"),
        ),
    ),
    "demo": Command(
        TRY,
        "show it all in JupyterLab, with an emulated index",
        (("demo", "in a browser"), ("demo --check", "without one, in a minute")),
    ),
    "emulator": Command(
        TRY,
        "run an emulated index that gives tokens, on loopback",
        (
            ("emulator --port 8900", "until it is interrupted"),
            ("emulator --help", "which faults, delays and lifetimes it can have"),
        ),
    ),
}
