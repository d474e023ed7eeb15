// System.Text.Json takes null for JSON's null, which F# has no way to say of elements of arrays.
#nowarn "3261"

namespace UniRep.Charts

open System
open System.Text.Json.Nodes
open UniRep

/// Values of JSON, as plotly reads them.
module internal Json =
    let fields (pairs: (string * JsonNode) list) =
        let made = JsonObject()

        for name, value in pairs do
            made.Add(name, value)

        made :> JsonNode

    let word (text: string) = JsonValue.Create text :> JsonNode
    let number (value: int) = JsonValue.Create value :> JsonNode

    /// Numbers; what is not finite is null, which plotly leaves out.
    let values (numbers: float seq) =
        JsonArray
            [|
                for value in numbers ->
                    if Double.IsFinite value then
                        JsonValue.Create value :> JsonNode
                    else
                        null
            |]
        :> JsonNode

    let words (texts: string seq) =
        JsonArray [| for text in texts -> word text |] :> JsonNode

    /// Text as plotly reads it, which knows some of the tags of HTML.
    let shown (text: string) =
        word ((Lettering.escape text).Replace("\n", "<br>"))

    let showns (texts: string seq) =
        JsonArray [| for text in texts -> shown text |] :> JsonNode

    let truth (value: bool) = JsonValue.Create value :> JsonNode
    let real (value: float) = JsonValue.Create value :> JsonNode
