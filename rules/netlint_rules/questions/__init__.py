"""Questions about traffic as people write them: `shop/api -> shop/db:5432 allow`."""
