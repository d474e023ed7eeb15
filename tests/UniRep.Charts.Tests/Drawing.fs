/// Reads what a chart drew.
module UniRep.Tests.Drawing

open System
open System.Buffers.Binary
open System.Globalization
open System.IO
open System.IO.Compression
open System.Text
open System.Text.RegularExpressions
open System.Xml.Linq

let number (text: string) =
    Double.Parse(text, CultureInfo.InvariantCulture)

/// The outermost element.
let root (svg: string) =
    match XDocument.Parse(svg).Root with
    | null -> invalidOp "no element"
    | root -> root

/// All elements of a name.
let elements name (svg: string) =
    root(svg).Descendants()
    |> Seq.filter (fun element -> element.Name.LocalName = name)
    |> List.ofSeq

let hasAttribute (name: string) (element: XElement) = not (isNull (element.Attribute name))

let attribute (name: string) (element: XElement) =
    match element.Attribute name with
    | null -> ""
    | attribute -> attribute.Value

/// An attribute that is a number.
let at name element = number (attribute name element)

let titleOf (element: XElement) =
    element.Elements()
    |> Seq.filter (fun child -> child.Name.LocalName = "title")
    |> Seq.map _.Value
    |> String.concat ""

/// The middles of the circles.
let circles svg =
    elements "circle" svg |> List.map (fun circle -> at "cx" circle, at "cy" circle)

let private places =
    Set
        [
            "x"
            "y"
            "x1"
            "x2"
            "y1"
            "y2"
            "cx"
            "cy"
            "r"
            "width"
            "height"
            "points"
            "transform"
        ]

/// Every number that says where something is.
let numbers (root: XElement) =
    [
        for element in root.DescendantsAndSelf() do
            for attribute in element.Attributes() do
                if places.Contains attribute.Name.LocalName then
                    for word in Regex.Split(attribute.Value, @"[ ,()]|translate|rotate|scale") do
                        if word <> "" then
                            number word
    ]

/// The colours of a picture with a palette, as red, green, blue and opacity.
let private decode (png: byte[]) =
    let rec chunks at =
        [
            if at < png.Length then
                let length = int (BinaryPrimitives.ReadUInt32BigEndian(ReadOnlySpan(png, at, 4)))
                Encoding.ASCII.GetString(png, at + 4, 4), png[at + 8 .. at + 7 + length]
                yield! chunks (at + 12 + length)
        ]

    let chunks = Map(chunks 8)

    let columns =
        int (BinaryPrimitives.ReadUInt32BigEndian(ReadOnlySpan(chunks["IHDR"], 0, 4)))

    let rows =
        int (BinaryPrimitives.ReadUInt32BigEndian(ReadOnlySpan(chunks["IHDR"], 4, 4)))

    use zlib =
        new ZLibStream(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress)

    use lines = new MemoryStream()
    zlib.CopyTo lines
    let lines = lines.ToArray()

    Array2D.init rows columns (fun row column ->
        let colour = int lines[row * (columns + 1) + 1 + column]

        Convert.ToHexString(chunks["PLTE"], 3 * colour, 3)
        + Convert.ToHexString(chunks["tRNS"], colour, 1))

/// The pictures within a picture.
let pixels svg =
    elements "image" svg
    |> List.map (fun image ->
        (attribute "href" image).Split("base64,")[1]
        |> Convert.FromBase64String
        |> decode)
