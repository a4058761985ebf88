//! Encodes a painted picture as PNG.

/// A PNG of `width` by `height` pixels, three bytes each. Rows are stored as differences from the row above: in large
/// plain areas these are mostly zeros. The bytes depend on the pixels only.
///
/// # Errors
/// An error of the encoder, for example for a picture without pixels.
pub(super) fn encode_png(width: u32, height: u32, rgb: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = vec![];
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(png::Filter::Up);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(rgb)?;
    writer.finish()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_read_back_pixel_by_pixel() {
        let rgb: Vec<u8> = (0..30 * 20 * 3).map(|n| (n * 7 % 251) as u8).collect();
        let file = encode_png(30, 20, &rgb).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((frame.width, frame.height), (30, 20));
        assert_eq!(pixels, rgb);
    }

    #[test]
    fn a_picture_without_pixels_is_an_error() {
        assert!(encode_png(0, 0, &[]).is_err());
    }
}
