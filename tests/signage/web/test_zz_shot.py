import io
from playwright.sync_api import Page
from tests.signage.web.test_uploads import *
from tests.signage.web.test_creatives import png
from tests.signage.web.test_creative_page import pdf
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.domain.campaign import Level

def test_shot(page, studio_app, tmp_path):
    set_up(page)
    big = tmp_path/"秋の味覚フェア.png"; big.write_bytes(png("#C4001A",(1920,1080)))
    flyer = tmp_path/"チラシ.pdf"; flyer.write_bytes(pdf(3))
    page.goto("/studio/creatives")
    page.locator("#files").set_input_files([big, flyer])
    expect(page.locator("[data-creative]")).to_have_count(2, timeout=20000)
    studio_app.worker.sweep()
    page.goto("/studio/creatives")
    page.get_by_role("link", name="秋の味覚フェア.png").click()
    tall = tmp_path/"秋の味覚フェア縦.png"; tall.write_bytes(png("#0F5C4A",(1080,1920)))
    page.locator("#variant-file").set_input_files(tall)
    page.get_by_role("button", name="ファイルを追加する").click()
    studio_app.worker.sweep()
    [one] = [c for c in studio_app.ports.storage.creatives.all(None) if "フェア" in c.name]
    spot = CampaignSpot("a-1","秋",10000,creative_id=one.creative_id)
    studio_app.ports.storage.campaigns.add(Campaign("autumn","秋の味覚フェア",Level.OPEN,"",(spot,)),"",studio_app.ports.clock())
    page.get_by_label("画面いっぱいに表示").check()
    page.get_by_label("放映を終える日時").fill("2026-12-01T09:00")
    page.get_by_role("button", name="保存する").click()
    studio_app.worker.sweep()
    page.reload()
    shot(page, "creative")
    page.goto("/studio/creatives")
    shot(page, "creatives-pdf")
