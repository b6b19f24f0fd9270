"""Settings of the small house."""

import os

import dj_database_url

SECRET_KEY = os.environ["POSTEXP_SECRET_KEY"]
DEBUG = True
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["small"]
DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"])}
USE_TZ = True
