"""Makes the Word files that stand beside it. Run it again only to add one.

The files are committed, because a test needs files that were not made a second before. Four kinds of producers: Word
(python-docx, with raw XML where it has no words for a thing), WPS (imitated: style ids that are numbers, Chinese style
names, full-width spaces), LibreOffice (converted by ``soffice`` where it is installed), and old files.
"""

# ruff: noqa: E501 - raw XML is easier to read in one line

import copy
import io
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Inches
from PIL import Image, ImageDraw

FOLDER = Path(__file__).parent / "documents"
W_ALL = (
    nsdecls("w", "wp", "a", "pic", "r", "m")
    + ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    + ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    + ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    + ' xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
)


def a_picture(colour: str = "#bcd8ca", size: tuple[int, int] = (240, 160), kind: str = "PNG") -> bytes:
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).ellipse((20, 20, size[0] - 20, size[1] - 20), fill="#1c6b50")
    target = io.BytesIO()
    image.save(target, kind)
    return target.getvalue()


def xml(source: str) -> Any:
    """Return an element; ``NS`` in its first tag becomes all namespaces."""
    return parse_xml(source.replace("NS", W_ALL, 1).replace("<w:t>", '<w:t xml:space="preserve">'))


def add_xml(document: Document, source: str) -> Any:
    """Add a raw element at the end of the body."""
    element = xml(source)
    document.element.body.insert(len(document.element.body) - 1, element)
    return element


def describe(document: Document, alt: str) -> None:
    """Give the last picture its alternative text."""
    list(document.element.iter(qn("wp:docPr")))[-1].set("descr", alt)


# --- Word ------------------------------------------------------------------------------------------------------------


def chinese_lesson() -> Document:
    """What a volunteer writes in Word, with most of what Word has."""
    document = docx.Document()
    document.add_heading("先听，再问", 0)
    document.add_paragraph("怎样和一个不愿开口的孩子谈心", style="Subtitle")
    document.add_heading("一、为什么先听", 1)
    paragraph = document.add_paragraph("孩子愿意说，")
    paragraph.add_run("是因为有人愿意等").bold = True
    paragraph.add_run("。这句话听起来简单，")
    paragraph.add_run("做起来不简单").italic = True
    paragraph.add_run("。")
    document.add_paragraph("找一个安静的角落", style="List Bullet")
    document.add_paragraph("不要在办公室里", style="List Bullet 2")
    document.add_paragraph("坐在孩子旁边，不坐在对面", style="List Bullet")
    document.add_paragraph("先说一件自己的小事", style="List Number")
    document.add_paragraph("再问一个不难的问题", style="List Number")
    document.add_heading("二、听到了什么", 1)
    document.add_heading("（一）话里的话", 2)
    document.add_paragraph("“我不想回家”可能是“家里没有人”。")
    document.add_paragraph("他说得很少，可是每一句都算数。", style="Quote")
    document.add_paragraph("——林秀英，云岭小学", style="Quote")
    table = document.add_table(3, 3, style="Table Grid")
    for y, row in enumerate(
        (("孩子说", "可能是", "可以问"), ("没事", "不想说", "要不要走一走？"), ("随便", "怕选错", "两个里选一个？"))
    ):
        for x, text in enumerate(row):
            table.cell(y, x).text = ""
            run = table.cell(y, x).paragraphs[0].add_run(text)
            run.bold = y == 0
    document.add_picture(io.BytesIO(a_picture()), width=Inches(2))
    describe(document, "操场边的一条长凳")
    document.add_paragraph("图一：长凳比办公桌好说话", style="Caption")
    document.add_page_break()
    document.add_paragraph("谢谢每一位听的人。")
    return document


def english_lesson() -> Document:
    """The same in English, with links and a document title that is a first heading."""
    document = docx.Document()
    document.add_heading("Walking beside a child", 1)
    document.add_paragraph("How to begin a talk when a child would rather not.")
    document.add_heading("Before you speak", 2)
    paragraph = document.add_paragraph("Read the ")
    relation = document.part.relate_to("https://example.org/guide", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    paragraph._p.append(
        xml(f'<w:hyperlink NS r:id="{relation}"><w:r><w:t>guide to listening</w:t></w:r></w:hyperlink>')
    )
    bad = document.part.relate_to("file:///C:/Users/me/secret.docx", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    paragraph._p.append(xml(f'<w:hyperlink NS r:id="{bad}"><w:r><w:t> or my own notes</w:t></w:r></w:hyperlink>'))
    paragraph._p.append(xml('<w:hyperlink NS w:anchor="later"><w:r><w:t> (see below)</w:t></w:r></w:hyperlink>'))
    document.add_heading("Three questions", 2)
    for text in ("What was good today?", "What was hard?", "Who would you like to tell?"):
        document.add_paragraph(text, style="List Number")
    document.add_heading("If nothing comes", 3)
    document.add_paragraph("Wait. Then wait a little longer.")
    run = document.add_paragraph().add_run("Underlined, struck and coloured words stay words.")
    run.underline = True
    run.font.strike = True
    run.font.color.rgb = docx.shared.RGBColor(0xB9, 0x3A, 0x2B)
    return document


def tracked_changes() -> Document:
    """A text that a colleague has corrected with tracked changes and comments."""
    document = docx.Document()
    document.add_heading("改过的稿子", 0)
    add_xml(
        document,
        '<w:p NS><w:r><w:t>校长每天</w:t></w:r><w:ins w:id="1" w:author="周"><w:r><w:t>早上</w:t></w:r></w:ins>'
        '<w:del w:id="2" w:author="周"><w:r><w:delText>偶尔</w:delText></w:r></w:del>'
        "<w:r><w:t>站在校门口。</w:t></w:r></w:p>",
    )
    add_xml(
        document,
        '<w:p NS><w:moveFrom w:id="3"><w:r><w:t>先叫名字。</w:t></w:r></w:moveFrom><w:r><w:t>再问早饭。</w:t></w:r></w:p>',
    )
    add_xml(document, '<w:p NS><w:moveTo w:id="4"><w:r><w:t>先叫名字。</w:t></w:r></w:moveTo></w:p>')
    paragraph = document.add_paragraph("每个孩子都被叫到名字。")
    document.add_comment(paragraph.runs, text="这里加一个例子？", author="周老师", initials="周")
    add_xml(
        document,
        "<w:p NS><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏的备注</w:t></w:r><w:r><w:t>看得见的话。</w:t></w:r></w:p>",
    )
    return document


TEXT_BOX = """<w:p NS><w:r><w:t>边上有一段话。</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor>
<wp:docPr id="9" name="box"/><a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">
<wps:wsp><wps:txbx><w:txbxContent><w:p><w:r><w:t>文本框：先照顾好自己，才照顾得了孩子。</w:t></w:r></w:p></w:txbxContent></wps:txbx></wps:wsp>
</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r>
<w:t>文本框：先照顾好自己，才照顾得了孩子。</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent>
</w:r></w:p>"""


def boxes_and_sides() -> Document:
    """Text boxes, a header, a footer, WordArt, a shape, a table of contents."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "云岭小学 内部资料"
    document.sections[0].footer.paragraphs[0].text = "第 1 页"
    document.add_heading("框里框外", 0)
    add_xml(
        document,
        '<w:sdt NS><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        "<w:sdtContent><w:p><w:r><w:t>目录</w:t></w:r></w:p><w:p><w:r><w:t>一、照顾自己……1</w:t></w:r></w:p></w:sdtContent></w:sdt>",
    )
    document.add_heading("照顾自己", 1)
    add_xml(document, TEXT_BOX)
    add_xml(
        document,
        '<w:p NS><w:r><w:pict><v:shape><v:textpath string="慢慢来"/></v:shape></w:pict></w:r><w:r><w:t>艺术字在上面。</w:t></w:r></w:p>',
    )
    add_xml(
        document, '<w:p NS><w:r><w:pict><v:rect alt="一条横线"/></w:pict></w:r><w:r><w:t>线在上面。</w:t></w:r></w:p>'
    )
    add_xml(
        document,
        "<w:sdt NS><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>单击此处输入文字。</w:t></w:r></w:p></w:sdtContent></w:sdt>",
    )
    add_xml(
        document,
        '<w:sdt NS><w:sdtPr><w:alias w:val="学校"/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>云岭小学</w:t></w:r></w:p></w:sdtContent></w:sdt>',
    )
    return document


def formulas_and_signs() -> Document:
    """Formulas, pinyin over characters, symbols of old fonts, raised and lowered characters, fields."""
    document = docx.Document()
    document.add_heading("算一算，读一读", 0)
    add_xml(
        document,
        "<w:p NS><w:r><w:t>平均：</w:t></w:r><m:oMath><m:f><m:num><m:r><m:t>总数</m:t></m:r></m:num><m:den><m:r><m:t>人数</m:t></m:r></m:den></m:f>"
        "<m:r><m:t>=</m:t></m:r><m:rad><m:e><m:r><m:t>9</m:t></m:r></m:e></m:rad></m:oMath></w:p>",
    )
    add_xml(
        document,
        "<w:p NS><w:r><w:ruby><w:rt><w:r><w:t>lǐng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>岭</w:t></w:r></w:rubyBase></w:ruby></w:r><w:r><w:t>上有一所小学。</w:t></w:r></w:p>",
    )
    add_xml(
        document,
        '<w:p NS><w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r><w:r><w:t>做完了</w:t></w:r><w:r><w:sym w:font="Unknown" w:char="F041"/></w:r>'
        '<w:r><w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr><w:t>ü</w:t></w:r></w:p>',
    )
    add_xml(
        document,
        '<w:p NS><w:r><w:t>操场有 100 m</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r><w:r><w:t>，喝 H</w:t></w:r>'
        '<w:r><w:rPr><w:vertAlign w:val="subscript"/></w:rPr><w:t>2</w:t></w:r><w:r><w:t>O。</w:t></w:r></w:p>',
    )
    add_xml(
        document,
        '<w:p NS><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> EQ \\* jc2 \\* hps10 \\o\\ad(\\s\\up 9(</w:instrText></w:r>'
        '<w:r><w:instrText>yún),云)</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>在山上。</w:t></w:r></w:p>',
    )
    add_xml(
        document,
        '<w:p NS><w:fldSimple w:instr=" DATE "><w:r><w:t>2026年11月</w:t></w:r></w:fldSimple><w:r><w:t>写成</w:t></w:r><w:r><w:noBreakHyphen/></w:r><w:r><w:t>改过两次。</w:t></w:r></w:p>',
    )
    return document


def rich_tables() -> Document:
    """Merged cells, a table in a table, a frame of one cell, a list and a picture in cells, a caption above."""
    document = docx.Document()
    document.add_heading("表格里的一周", 0)
    document.add_paragraph("表一：一周的安排", style="Caption")
    table = document.add_table(3, 4, style="Table Grid")
    table.cell(0, 0).merge(table.cell(0, 1)).text = "上午"
    table.cell(0, 2).merge(table.cell(0, 3)).text = "下午"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "周一\n和周二"
    table.cell(1, 1).text = "晨读"
    table.cell(1, 2).paragraphs[0].add_run("谈心").bold = True
    table.cell(1, 3).add_paragraph("跳绳", style="List Bullet")
    table.cell(2, 1).paragraphs[0].add_run().add_picture(io.BytesIO(a_picture("#fbf1dc")), width=Inches(1))
    describe(document, "孩子们画的课表")
    inner = table.cell(2, 2).add_table(1, 2)
    inner.cell(0, 0).text = "甲组"
    inner.cell(0, 1).text = "乙组"
    document.add_paragraph("表格之后的话。")
    frame = document.add_table(1, 1, style="Table Grid")
    frame.cell(0, 0).text = "请记住：一次只谈一件事。"
    document.add_paragraph("框之后的话。")
    return document


FOOTNOTES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>《未成年人保护法》第十七条。</w:t></w:r></w:p></w:footnote>
<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>访谈，2025年春。</w:t></w:r></w:p><w:p><w:r><w:t>受访者要求匿名。</w:t></w:r></w:p></w:footnote>
<w:footnote w:id="3"><w:p><w:r><w:t>没有人引用的脚注。</w:t></w:r></w:p></w:footnote>
</w:footnotes>"""
ENDNOTES = FOOTNOTES.split("<w:footnote w:id")[0].replace("footnote", "endnote") + (
    '<w:endnote w:id="1"><w:p><w:r><w:t>全书的尾注。</w:t></w:r></w:p></w:endnote></w:endnotes>'
)


def notes() -> Document:
    """Footnotes and endnotes; python-docx has none, so the parts are put in by ``with_notes``."""
    document = docx.Document()
    document.add_heading("有脚注的课", 0)
    add_xml(
        document,
        '<w:p NS><w:r><w:t>监护人应当每周联系</w:t></w:r><w:r><w:footnoteReference w:id="1"/></w:r><w:r><w:t>，学校可以提醒</w:t></w:r>'
        '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>。</w:t></w:r><w:r><w:endnoteReference w:id="1"/></w:r><w:r><w:footnoteReference w:id="77"/></w:r></w:p>',
    )
    document.add_paragraph("最后一段。")
    return document


def pictures_of_all_kinds() -> Document:
    """A JPEG with its place in EXIF, a PNG, an EMF, a linked picture, a damaged one, one without alternative text."""
    document = docx.Document()
    document.add_heading("图片", 0)
    for colour, alt in (("#bcd8ca", "山坡上的学校"), ("#fbeae6", "")):
        document.add_paragraph(f"下面是一张图：{colour}")
        document.add_picture(io.BytesIO(a_picture(colour, kind="JPEG")), width=Inches(2))
        describe(document, alt)
    document.add_paragraph("同一张图再用一次：")
    document.add_picture(io.BytesIO(a_picture("#bcd8ca", kind="JPEG")), width=Inches(2))
    describe(document, "还是那所学校")
    document.add_paragraph("行内的图在").add_run().add_picture(io.BytesIO(a_picture("#e6f0ea")), width=Inches(1))
    describe(document, "一片叶子")
    document.paragraphs[-1].add_run("字中间。")
    for alt in ("从 Excel 粘贴的图表", "坏掉的照片"):
        document.add_picture(io.BytesIO(a_picture("#e3ded2" if alt[0] == "从" else "#54645e")), width=Inches(2))
        describe(document, alt)
    linked = document.part.relate_to("http://127.0.0.1:9/picture.png", RELATIONSHIP_TYPE.IMAGE, is_external=True)
    drawing = copy.deepcopy(next(document.element.iter(qn("w:drawing"))))
    blip = next(drawing.iter(qn("a:blip")))
    del blip.attrib[qn("r:embed")]
    blip.set(qn("r:link"), linked)
    next(drawing.iter(qn("wp:docPr"))).set("descr", "网上的图")
    document.add_paragraph("链接的图：").add_run()._r.append(drawing)
    document.add_paragraph("旧格式里嵌的表：").add_run()._r.append(
        xml(
            '<w:object NS><v:shape><v:imagedata r:id="none"/></v:shape><o:OLEObject ProgID="Excel.Sheet.12"/></w:object>'
        )
    )
    return document


def numbered_headings() -> Document:
    """Headings that number themselves, Chinese numerals in lists, a list that goes on after a paragraph."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    for number, (form, text) in enumerate((("chineseCounting", "%1、"), ("decimal", "%1.")), start=50):
        abstract = xml(
            f'<w:abstractNum NS w:abstractNumId="{number}"><w:lvl w:ilvl="0"><w:numFmt w:val="{form}"/>'
            f'<w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'
        )
        numbering.insert(0, abstract)
        numbering.append(xml(f'<w:num NS w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'))
    document.add_heading("自动编号", 0)
    for text, number, style in (
        ("第一件事", 50, "Heading 1"),
        ("写信", 50, "Normal"),
        ("回信", 50, "Normal"),
        ("第二件事", 50, "Heading 1"),
        ("甲", 51, "Normal"),
        ("中间插一句话。", 0, "Normal"),
        ("乙", 51, "Normal"),
    ):
        paragraph = document.add_paragraph(text, style=style)
        if number:
            paragraph._p.get_or_add_pPr().append(
                xml(f'<w:numPr NS><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>')
            )
    return document


def practice() -> Document:
    """A practice with the headings that the library's fields have."""
    document = docx.Document()
    document.add_heading("班级心里话信箱", 0)
    document.add_paragraph("一只上锁的木箱，让不敢开口的孩子先写下来。")
    for heading, text in (
        ("一、背景", "一所寄宿小学，120 名学生，八成父母在外。"),
        ("二、问题", "孩子有话不说，出了事才知道。"),
        ("三、做法", "木箱放在楼梯口，每周五开一次，由两位老师一起看。"),
        ("四、所需人员", "两位老师"),
        ("五、时间", "每周 30 分钟"),
        ("六、风险与儿童保护", "不追查笔迹；有危险信号的信当天处理。"),
        ("七、效果", "一学期收到 86 封信，其中 5 封当天处理。"),
        ("八、我们的体会", "回信比收信更重要。"),
    ):
        document.add_heading(heading, 1)
        document.add_paragraph(text)
    return document


# --- WPS -------------------------------------------------------------------------------------------------------------

WPS_STYLES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:style w:type="paragraph" w:default="1" w:styleId="1"><w:name w:val="正文"/></w:style>
<w:style w:type="paragraph" w:styleId="2"><w:name w:val="标题 1"/><w:basedOn w:val="1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="3"><w:name w:val="heading 2"/><w:basedOn w:val="1"/></w:style>
<w:style w:type="paragraph" w:styleId="4"><w:name w:val="我的小标题"/><w:basedOn w:val="3"/></w:style>
<w:style w:type="paragraph" w:styleId="5"><w:name w:val="列出段落"/><w:basedOn w:val="1"/></w:style>
<w:style w:type="paragraph" w:styleId="6"><w:name w:val="引用"/><w:basedOn w:val="1"/></w:style>
<w:style w:type="paragraph" w:styleId="7"><w:name w:val="标题"/><w:basedOn w:val="1"/></w:style>
<w:style w:type="paragraph" w:styleId="8"><w:name w:val="目录 1"/><w:basedOn w:val="1"/></w:style>
<w:style w:type="character" w:styleId="9"><w:name w:val="要点"/><w:rPr><w:b/></w:rPr></w:style>
</w:styles>"""


def wps_body() -> list[str]:
    """Return the paragraphs of a text as WPS writes it."""
    font = '<w:rPr><w:rFonts w:hint="eastAsia" w:ascii="宋体" w:eastAsia="宋体"/></w:rPr>'

    def p(style: str, *runs: str, more: str = "") -> str:
        inner = "".join(run if run.startswith("<") else f"<w:r>{font}<w:t>{run}</w:t></w:r>" for run in runs)
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{inner}</w:p>'

    numbered = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr>'
    return [
        p("7", "家长进校园"),
        p("8", "一、为什么请家长来\t1"),
        p("2", "一、为什么请家长来"),
        p(
            "1",
            "　　许多家长一年只到校一次，",
            "<w:r><w:br/></w:r>",
            "　　而且是来领成绩单。",
            "<w:r><w:br/></w:r>",
            "他们不是不想来。",
        ),
        p("1", "　　"),
        p("3", "（一）请谁来"),
        p("4", "先请奶奶"),
        p(
            "1",
            '<w:r><w:rPr><w:rStyle w:val="9"/></w:rPr><w:t>留守家庭</w:t></w:r>',
            "的主事人多半是奶奶。姓　名都要问清楚。",
        ),
        p("5", "提前一周带口信", more=numbered.format(0)),
        p("5", "口信由孩子带", more=numbered.format(1)),
        p("5", "安排在赶集日", more=numbered.format(0)),
        p("6", "我来了，娃娃高兴了三天。"),
        p("6", "—— 一位奶奶"),
    ]


WPS_NUMBERING = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val=""/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:lvlText w:val="(%2)"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""


# --- writing the files -----------------------------------------------------------------------------------------------

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def saved(document: Document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def repacked(content: bytes, replaced: dict[str, bytes], *, relations: dict[str, str] | None = None) -> bytes:
    """Return a Word file with parts replaced or added, and relations (kind → file) added to its main part."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in dict.fromkeys([*source.namelist(), *replaced]):
            part = replaced[name] if name in replaced else source.read(name)
            if name == "word/_rels/document.xml.rels":
                for number, (kind, file) in enumerate((relations or {}).items(), start=900):
                    new = f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{file}"/></Relationships>'
                    part = part.replace(b"</Relationships>", new.encode())
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def with_notes(content: bytes) -> bytes:
    parts = {"word/footnotes.xml": FOOTNOTES.encode(), "word/endnotes.xml": ENDNOTES.encode()}
    return repacked(content, parts, relations={"footnotes": "footnotes.xml", "endnotes": "endnotes.xml"})


def with_damaged_pictures(content: bytes) -> bytes:
    """Turn the picture "from Excel" into an EMF by its bytes and its name, and cut the damaged photo in half."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    pictures = sorted(name for name in archive.namelist() if name.startswith("word/media/"))
    metafile = b"\x01\x00\x00\x00\x6c\x00\x00\x00" + bytes(32) + b" EMF" + bytes(64)
    cut = archive.read(pictures[-1])
    return repacked(content, {pictures[-2]: metafile, pictures[-1]: cut[: len(cut) // 2]})


def wps() -> bytes:
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = f'<?xml version="1.0" encoding="UTF-8"?><w:document {ns}><w:body>{"".join(wps_body())}</w:body></w:document>'
    parts = {
        "word/document.xml": body.encode(),
        "word/styles.xml": WPS_STYLES.encode(),
        "word/numbering.xml": WPS_NUMBERING.encode(),
    }
    return repacked(saved(docx.Document()), parts)


def without_styles() -> Document:
    """What most people write: no styles at all, a bold title in the middle, bold lines as headings."""
    document = docx.Document()
    for text, is_bold in (
        ("关于建立留守儿童谈心制度的做法", True),
        ("　　我校地处山区，全校 214 名学生，六成是留守儿童。", False),
        ("一、怎么开始", True),
        ("　　先从一个班试起。", False),
        ("　　每天一个孩子，每次十分钟。", False),
        ("二、怎么坚持", True),
        ("　　写进课表，谁也不能占。", False),
        ("请注意，这一句是重点，不是标题。", True),
    ):
        document.add_paragraph().add_run(text).bold = is_bold
    return document


def soft_line_breaks() -> Document:
    """A text pasted from a web page: every line ends with a soft break."""
    document = docx.Document()
    document.add_paragraph("从网页粘贴来的通知", style="Title")
    paragraph = document.add_paragraph()
    for line in ("各位校长：", "", "　　本周五开会。", "　　请带上花名册。", "联系人：高云"):
        paragraph.add_run(line)
        paragraph.add_run().add_break(WD_BREAK.LINE)
    return document


def twenty_pages() -> bytes:
    """Twenty pages of Chinese text (about 700 characters each) and ten photos as a phone takes them (4 megapixels)."""
    document = docx.Document()
    document.add_heading("一学期的谈心记录", 0)
    for page in range(1, 21):
        document.add_heading(f"第{page}周", 1)
        for part in range(5):
            document.add_paragraph(f"第{page}周第{part + 1}天，" + "孩子坐在台阶上，老师也坐下来，谁也没有先开口。" * 6)
        for text in ("先听", "再问", "记下来"):
            document.add_paragraph(text, style="List Bullet")
        if page % 2:
            document.add_picture(io.BytesIO(a_photo(page)), width=Inches(5))
            describe(document, f"第{page}周的台阶")
        document.add_page_break()
    return saved(document)


def a_photo(seed: int) -> bytes:
    """A JPEG of 2304 × 1728 pixels with as much detail as a photo, so that it weighs about a megabyte."""
    noise = Image.effect_noise((288, 216), 60 + seed).convert("RGB").resize((2304, 1728), Image.Resampling.BICUBIC)
    target = io.BytesIO()
    Image.blend(noise, Image.new("RGB", noise.size, (30 * seed % 255, 120, 90)), 0.4).save(target, "JPEG", quality=92)
    return target.getvalue()


def by_libreoffice(content: bytes, name: str) -> bytes:
    """Return the file as LibreOffice writes it."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in" / f"{name}.docx"
        source.parent.mkdir()
        source.write_bytes(content)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            "docx:MS Word 2007 XML",
            "--outdir",
            folder,
            str(source),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return (Path(folder) / f"{name}.docx").read_bytes()


DOCUMENTS = {
    "word-chinese-lesson": lambda: saved(chinese_lesson()),
    "word-english-lesson": lambda: saved(english_lesson()),
    "word-tracked-changes": lambda: saved(tracked_changes()),
    "word-boxes-and-sides": lambda: saved(boxes_and_sides()),
    "word-formulas-and-signs": lambda: saved(formulas_and_signs()),
    "word-tables": lambda: saved(rich_tables()),
    "word-notes": lambda: with_notes(saved(notes())),
    "word-pictures": lambda: with_damaged_pictures(saved(pictures_of_all_kinds())),
    "word-numbering": lambda: saved(numbered_headings()),
    "word-practice": lambda: saved(practice()),
    "word-soft-breaks": lambda: saved(soft_line_breaks()),
    "word-without-styles": lambda: saved(without_styles()),
    "wps-parents-at-school": wps,
}
FROM_LIBREOFFICE = ("word-chinese-lesson", "word-english-lesson", "word-tables", "word-notes", "word-tracked-changes")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, make in DOCUMENTS.items():
        (FOLDER / f"{name}.docx").write_bytes(make())
    if shutil.which("soffice"):
        for name in FROM_LIBREOFFICE:
            other = name.replace("word-", "libreoffice-", 1)
            (FOLDER / f"{other}.docx").write_bytes(by_libreoffice((FOLDER / f"{name}.docx").read_bytes(), other))


if __name__ == "__main__":
    main()
